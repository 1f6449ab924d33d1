// examples/speed.rs as WebAssembly in node: node examples/speed.mjs [FILE] [RUNS] [REGULAR EXPRESSION], after
// cargo build --profile workers --no-default-features --target wasm32-unknown-unknown --example speed
import { readFile } from 'node:fs/promises';

const [file = 'target/wasm32-unknown-unknown/workers/examples/speed.wasm', runs = '7', only = ''] = process.argv.slice(2);
const names = (await readFile(new URL('speed.rs', import.meta.url), 'utf8')).match(/"(conv|dw)\dx\w+|"(resnet|mobilenet|efficientnet)\w+|"lenet5_b64/g).map(name => name.slice(1));
let memory;
const surroundings = { now_ms: () => performance.now(), print: (at, length) => console.log(new TextDecoder().decode(new Uint8Array(memory.buffer, at, length))) };
const { instance } = await WebAssembly.instantiate(await readFile(file), { surroundings });
memory = instance.exports.memory;
names.forEach((name, i) => name.match(only) && instance.exports.speed(i, Number(runs)));
