/** What tfjs-node's binding offers for running a saved graph; ids name tensors and sessions. */
export type NativeBinding = {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_STRING: number;
  /** Copies the values; strings are given as bytes, one array for each. */
  createTensor(
    shape: readonly number[],
    dtype: number,
    values: Float32Array | Int32Array | Uint8Array | readonly Uint8Array[],
  ): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are separated by commas; blocks until the session has run. */
  runSavedModel(
    session: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): readonly {readonly id: number; readonly shape: readonly number[]; readonly dtype: number}[];
};

type MessageMap<T> = {set(key: string, value: T): void};
type List<T> = {addNode(value: T): void};

/** The protobuf classes with which tfjs-node reads saved models; they write them, too. */
export type GraphMessages = {
  readonly SavedModel: new () => Message & {
    setSavedModelSchemaVersion(version: number): void;
    addMetaGraphs(value: object): void;
  };
  readonly MetaGraphDef: {
    new (): Message & {
      setMetaInfoDef(value: object): void;
      setGraphDef(value: object): void;
      getSignatureDefMap(): MessageMap<object>;
    };
    readonly MetaInfoDef: new () => Message & {
      addTags(tag: string): void;
      setTensorflowVersion(version: string): void;
    };
  };
  readonly SignatureDef: new () => Message & {
    setMethodName(name: string): void;
    getInputsMap(): MessageMap<object>;
    getOutputsMap(): MessageMap<object>;
  };
  readonly TensorInfo: new () => Message & {
    setName(name: string): void;
    setDtype(type: number): void;
    setTensorShape(shape: object): void;
  };
  readonly GraphDef: new () => Message & List<object> & {setVersions(value: object): void};
  readonly VersionDef: new () => Message & {setProducer(value: number): void};
  readonly NodeDef: new () => Message & {
    setName(name: string): void;
    setOp(op: string): void;
    addInput(input: string): void;
    getAttrMap(): MessageMap<object>;
  };
  readonly AttrValue: {
    new (): AttrMessage;
    readonly ListValue: new () => Message & {addI(value: number): void};
  };
  readonly TensorShape: {
    new (): Message & {addDim(value: object): void};
    readonly Dim: new () => Message & {setSize(value: number): void};
  };
  readonly Tensor: new () => Message & {
    setDtype(type: number): void;
    setTensorShape(shape: object): void;
    setTensorContent(bytes: Uint8Array): void;
  };
};

export type AttrMessage = Message & {
  setType(value: number): void;
  setShape(value: object): void;
  setI(value: number): void;
  setF(value: number): void;
  setB(value: boolean): void;
  setS(value: Uint8Array): void;
  setList(value: object): void;
  setTensor(value: object): void;
};

type Message = {serializeBinary(): Uint8Array};

/** What a compiled step needs of a backend; only tfjs-node has it. */
export type NativeGraphs = {readonly binding: NativeBinding; readonly messages: GraphMessages};
