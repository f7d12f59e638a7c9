// Calls one exported function many times for a Python test: { module, name, calls } on standard input, results out.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** @type {{ module: string, name: string, calls: unknown[][] }} */
const { module, name, calls } = JSON.parse(readFileSync(0, "utf8"));
const called = (await import(pathToFileURL(module).href))[name];
process.stdout.write(JSON.stringify(calls.map((given) => called(...given))));
