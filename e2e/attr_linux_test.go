package e2e

import "syscall"

// dieWithUs keeps a killed test from leaving services behind.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
