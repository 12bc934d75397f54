/**
 * The SDK's protocol schemas, made when they are first used: to make them all, most of them never
 * used here, is a quarter of the time to `initialize`.
 */

/** A statement of the SDK's types.js, which ends where the next line begins one. */
const SCHEMA = /^(export )?const (\w+Schema) = ([\s\S]*?);\n(?=\/|export |const |function |$)/gm;

/**
 * The source with each schema made at its first use, and how many there are.
 * @param {string} source of the SDK's types.js
 */
export function withLazySchemas(source) {
  let count = 0;
  const code = source.replace(SCHEMA, (_statement, keyword = '', name, schema) => {
    count += 1;
    return `${keyword}const ${name} = /* @__PURE__ */ lazySchema(() => ${schema});\n`;
  });
  return { code: `${code}\n${lazySchema}\n`, count };
}

/**
 * Stands in for a schema, inside others too, until something is asked of it. Goes into the bundle.
 * @param {() => object} make
 */
function lazySchema(make) {
  /** @type {object | undefined} */
  let made;
  const schema = () => {
    made ??= make();
    return made;
  };
  return new Proxy(
    {},
    {
      get: (_, key) => Reflect.get(schema(), key),
      has: (_, key) => Reflect.has(schema(), key),
      getPrototypeOf: () => Reflect.getPrototypeOf(schema()),
    },
  );
}
