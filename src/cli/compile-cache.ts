import module from 'node:module'

type NodeModule = typeof module & {
  /** From Node 22.8 on. It throws nothing: where the folder cannot be written, everything is compiled anew. */
  enableCompileCache?(folder: string): unknown
}

/**
 * Lets Node keep the compiled code of all modules loaded from here on, so that the next start need not compile them.
 * The folder belongs beside the program: who may write there may change the program itself, and it goes with it.
 */
export function keepCompiledCode(folder: string): void {
  const { enableCompileCache }: NodeModule = module
  enableCompileCache?.(folder)
}
