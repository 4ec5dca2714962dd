//go:build !linux

package storetest

import "syscall"

// dieWithParent does nothing here: servers that a killed test leaves behind must
// be ended by hand.
func dieWithParent(*syscall.SysProcAttr) {}
