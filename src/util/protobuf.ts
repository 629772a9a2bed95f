import protobuf from 'protobufjs/light.js';

/**
 * The fields of each message, by name, written as in a `.proto` file of version 3: `string 3`,
 * `optional float 4`, `repeated int64 8`, `map<string, AttrValue> 5`.
 */
type MessageFields<Name extends string> = Readonly<Record<Name, Readonly<Record<string, string>>>>;

const FIELD = /^(?:(optional|repeated) |map<(\w+), )?(\w+)>? (\d+)$/;
/** Writes a field that the content has, also where it holds the default value of its type. */
const EXPLICIT = {features: {field_presence: 'EXPLICIT'}};

/** Returns a function that encodes messages of these types. */
export function protobufEncoder<Name extends string>(
  messages: MessageFields<Name>,
): (type: Name, content: object) => Uint8Array {
  const types = Object.entries<Readonly<Record<string, string>>>(messages);
  const root = protobuf.Root.fromJSON({
    nested: Object.fromEntries(types.map(([name, fields]) => [name, {fields: fieldsOf(fields)}])),
  });
  return (type, content) => root.lookupType(type).encode(content).finish();
}

function fieldsOf(fields: Readonly<Record<string, string>>): Record<string, protobuf.IField> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      const [, rule, keyType, type = '', id] = FIELD.exec(text) ?? [];
      const field = {type, id: Number(id), ...(keyType !== undefined && {keyType})};
      if (rule === 'optional') return [name, {...field, options: EXPLICIT}];
      return [name, rule === 'repeated' ? {...field, rule} : field];
    }),
  );
}
