/* SPDX-License-Identifier: MIT */
/*
 * lock_pages.S - see lock_pages.h. GCC has no __try: this is what Microsoft's compiler makes of one ("x64 exception handling", language
 * specific handler): a table for __C_specific_handler with one scope, whose filter is the constant 1, EXCEPTION_EXECUTE_HANDLER. Control
 * comes back at `caught` with the exception's code in eax.
 */
	.text
	.globl	rs_win_lock_pages
	.def	rs_win_lock_pages; .scl 2; .type 32; .endef
	.seh_proc rs_win_lock_pages
rs_win_lock_pages:
	subq	$40, %rsp
	.seh_stackalloc 40
	.seh_endprologue
	xorl	%edx, %edx		/* KernelMode */
	movl	$1, %r8d		/* IoWriteAccess */
begin:
	call	*__imp_MmProbeAndLockPages(%rip)
	nop				/* the return address lies inside of the scope */
end:
	xorl	%eax, %eax
caught:
	addq	$40, %rsp
	ret
	.seh_handler __C_specific_handler, @except
	.seh_handlerdata
	.long	1
	.rva	begin, end
	.long	1
	.rva	caught
	.text
	.seh_endproc
