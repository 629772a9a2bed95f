/** The used part of WebAssembly: Node has it, but only the types of browsers declare it. */
declare namespace WebAssembly {
  type Module = object;
  type Instance = {readonly exports: object};
  type Imports = Record<string, Record<string, unknown>>;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Imports): Promise<Instance>;
}
