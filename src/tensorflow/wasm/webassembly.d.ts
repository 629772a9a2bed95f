/** The part of WebAssembly that is used here: Node has it, but its types come with the browser's. */
declare namespace WebAssembly {
  type Module = object;
  type Instance = {readonly exports: object};
  type Imports = Record<string, Record<string, unknown>>;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Imports): Promise<Instance>;
}
