#!/usr/bin/env node
// Every construct the TypeScript queries name.
/* A block comment. */
import "side-effect";
import main, { a as b, type C } from "m";
import * as ns from "n";
import fs = require("fs");
import Alias = ns.inner.Deep;
export { main, b as default };
export * from "./all";
export const exported: number = 1, second = 2;
export default class extends Base {}

const old = <Foo>value;

function plain(first, second: string = "x", third?: number, ...rest: string[]): void {}
async function later(this: Foo): Promise<void> {}
function* counter(): Generator<number> {
  yield;
  yield 1;
  yield* counter();
}
async function* stream() {}
function overload(a: string): string;
declare function declared(a: string): asserts a is string;
declare module "other" {
  export const x: string;
}
declare module "bare";
declare global {
  var flag: boolean;
}
const lambdas = [(a) => a, async (a, b): Promise<void> => {}, a => ({ a }), function () {}, async function named(): Promise<void> {}];
const generators = [function* () {}, async function* named(): AsyncGenerator<void> {}];

@Component({ selector: "x" })
class Service<T> extends ns.Base<T> implements One, Two<string> {
  static count = 0;
  readonly #secret: string = "s";
  declare later?: Date;
  @Input() @Other name: string;
  "quoted-name" = 1;
  [computed] = 2;
  [key: string]: unknown;
  constructor(private readonly client: Client, @Inject(TOKEN) public second = 1, protected optional?: string, @Inject() readonly third?: number) {
    super();
  }
  @Get("/path")
  async find(id: string): Promise<T | null> {
    return this.#secret in id;
  }
  static async *all(): AsyncGenerator<T> {}
  get value(): string {
    return this.#secret!;
  }
  set value(v: string) {}
  overloaded(a: string): void;
  static {
    Service.count++;
  }
}
abstract class Shape {
  abstract area(): number;
  abstract get size(): number;
}
@sealed
abstract class Sealed extends Shape implements One {}
const anonymous = [class {}, class Named extends Service<string> {}, @decorated class {}];

interface Options<T> extends Base<T>, Other {
  model: string;
  "max-tokens"?: number;
  any;
  call(a: string): void;
  get size(): number;
  (a: string): number;
  (a: string);
  new (a: string): Options<T>;
  readonly [key: string]: unknown;
}
type Message = { role: "user" | "assistant"; content: string };
type Nothing = {};
type Names = ns.Name | (string)[] | [first: string, second?: number, ...rest: string[]] | [string?, ...number[]] | [];
type Mixed = A & B & { x: 1 } | readonly string[] | typeof main | keyof Message | Message["role"] | ?Flow;
type Calls = (a: string) => void;
type Build = new (a: string) => Message;
type Literal = `x${string}y` | "z" | -1 | null | undefined | true | ``;
type Mapped = { readonly [K in keyof Message]?: Message[K] };
type Optional = { -readonly [K in keyof Message]-?: Message[K] };
type Required = { +readonly [K in keyof Message]+?: Message[K] };
type Conditional = Message extends infer R ? R : never;
function isMessage(x: unknown): x is Message {
  return true;
}
class Chain {
  self(): this {
    return this;
  }
}
enum Color {
  Red,
  "Dark Blue",
  Green = "green",
}
namespace Outer.Inner {
  const x = 1;
}

let { x, y: renamed, z = 1, w: other = 2, "quoted": q, [computed]: c, ...more } = source;
let [first, , third = 3, ...tail] = [1, , "a", ...items, []];
var {} = {}, [] = [];
const text = 'a\n\x41\u{1F600}' + "" + `plain` + `hole ${first} and ${first}\t` + tag`x${1}` + ``;
const numbers = [0x1f, 1_000, 10n, 1e3, true, false, null, undefined];
const pattern = /a+\d/gi.test(text);
const record = { x, "quoted": 1, 2: 2, [computed]: 3, ...more, method() {}, async *gen() {}, get g() { return 1; }, set g(v) {} };
const member = a?.b?.[0]?.(c).d!.e["f"] ?? this.x;
const generic = call<string>(1), made = new Made<string>(1), bare = new Made, kept = call<string>;
const meta = import.meta.url;
const dynamic = await import("./x");
const cast = value as unknown as const satisfies Foo;
const operators = !a && typeof b === "string" || void 0, sum = -a + +b - ~c;
const choice = a ? b : c;
x = y = (1, 2);
x += 1;
x ??= 2;
x++;
--x;
delete x.y;
[x, y] = [y, x];
({ x } = y);
debugger;
;

if (a) b();
else if (c) {
} else d();
for (const item of items) use(item);
for (key in record) {
}
for (let i = 0, j = 1; i < 10; i++) {
}
for (;;) break;
for (i = 0; ; ) continue;
async function loops() {
  for await (const part of stream()) {
  }
}
while (a) {
}
do {
} while (b);
outer: for (const a of b) {
  continue outer;
}
switch (x) {
  case 1:
  case 2:
    a();
    break;
  default:
    b();
}
switch (y) {
  default:
}
try {
  throw new Error("x");
} catch (e: unknown) {
  throw e;
}
try {
} catch {
} finally {
  done();
}
function returns() {
  if (a) return;
  return a, b;
}
