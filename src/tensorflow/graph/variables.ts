import type {GraphBuilder, Value} from './builder.js';

/** A variable of the graph: set from a state, updated by every step, fetched for a state. */
export type Variable = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly handle: Value;
  /** Its values before the step. */
  readonly value: Value;
};

/** Declares variables, and sets all of them in one run. */
export class Variables {
  readonly #build: GraphBuilder;
  readonly #scope: string;
  readonly #all: Variable[] = [];
  readonly #assignments: string[] = [];

  /** @param scope Keeps the variables of two graphs in one process apart. */
  constructor(build: GraphBuilder, scope: string) {
    this.#build = build;
    this.#scope = scope;
  }

  get all(): readonly Variable[] {
    return this.#all;
  }

  declare(name: string, shape: readonly number[]): Variable {
    const description = {dtype: {type: 'float32'}, shape: {shape}} as const;
    const handle = this.#build.node(
      'VarHandleOp',
      [],
      {...description, container: {text: ''}, shared_name: {text: `${this.#scope}/${name}`}},
      {name: `variable/${name}`},
    );
    const value = this.#build.node(
      'ReadVariableOp',
      [handle],
      {dtype: {type: 'float32'}},
      {name: `read/${name}`},
    );
    const fed = this.#build.placeholder(`set/${name}`, 'float32', shape);
    const assignment = this.#build.node('AssignVariableOp', [handle, fed], {
      dtype: {type: 'float32'},
    });
    this.#assignments.push(assignment.node);
    const variable = {name, shape, handle, value};
    this.#all.push(variable);
    return variable;
  }

  /** Returns the value to fetch in order to set every variable. */
  finishAssignments(): Value {
    return this.#build.identity(this.#build.constant(0), 'set_all', this.#assignments);
  }
}
