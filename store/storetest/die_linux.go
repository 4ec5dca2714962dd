package storetest

import "syscall"

// dieWithParent ends a server with the test process, however that ends.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
