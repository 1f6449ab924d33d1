const partLoaders = (() => {
  const given = () => ({ __wasm_split: { ...initSync(), ..."EXTRAS" } });
  // By number, since parts have programs in common.
  const programs = {};
  const start = (number, program) => (programs[number] ??= WebAssembly.instantiate(program, given()));
  // As bytes: a server needs to know nothing of WebAssembly.
  const fetched = async (part) => {
    const response = await fetch(new URL(`split_${part}` + "END", import.meta.url));
    if (!response.ok) throw new Error(`part ${part} of the page: the server answered ${response.status}`);
    const file = await WebAssembly.compile(await response.arrayBuffer());
    const [numbers] = WebAssembly.Module.customSections(file, "numbers");
    const sections = WebAssembly.Module.customSections(file, "program");
    await Promise.all([...new Uint32Array(numbers)].map((number, at) => start(number, sections[at])));
  };
  // What failed is forgotten, so that the next wish tries again.
  const parts = {};
  const once = (part) => (parts[part] ??= fetched(part).catch((error) => { delete parts[part]; throw error; }));
  const load = (part) => async (callback, data) => {
    const done = await once(part).then(() => true, (error) => (console.error(error), false));
    initSync().__indirect_function_table.get(callback)(data, done);
  };
  return Object.fromEntries("PARTS".map((part) => [`__wasm_split_load_${part}`, load(part)]));
})();
