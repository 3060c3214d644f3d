// Turns the helpers of @babel/helpers into ready-made ES5 function declarations: name -> {dependencies, text}.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const types = require("@babel/types");
const generate = require("@babel/generator").default;
const babelHelpers = require("@babel/helpers");

const PREFIX = "_$";

// Ours: [dependencies, text]. Where the general form is slow in Duktape (an array is walked by index and one result
// object serves a loop), or needs what Duktape has not (`arguments` has no iterator, Reflect.get no receiver,
// `__proto__` in a literal is a plain property).
const OWN = {
  // Like asyncToGenerator for the top level of a file, which stops at its first `await` until it is told to go on.
  asyncModule: [[], [
    "function _$asyncModule(f){return function(){var g=f.apply(this,arguments);g.next();return function(){",
    "return new Promise(function(resolve,reject){function step(k,a){var r;try{r=g[k](a)}catch(e){reject(e);return}",
    "if(r.done)resolve(r.value);else Promise.resolve(r.value).then(next,fail)}",
    'function next(v){step("next",v)}function fail(e){step("throw",e)}next()})}}}',
  ].join("")],
  isArguments: [[], 'function _$isArguments(o){return Object.prototype.toString.call(o)==="[object Arguments]"}'],
  createForOfIteratorHelperLoose: [["isArguments"], [
    "function _$createForOfIteratorHelperLoose(o){var r={done:false,value:void 0},i=0,t;",
    "if(Array.isArray(o)||_$isArguments(o))",
    "return function(){if(i<o.length)r.value=o[i++];else{r.done=true;r.value=void 0}return r};",
    't=o!=null&&o[Symbol.iterator];if(typeof t!=="function")throw new TypeError(String(o)+" is not iterable");',
    "t=t.call(o);return function(){return t.next()}}",
  ].join("")],
  // Arrays are walked by index: one object a loop. Others are closed when the loop is left early.
  createForOfIteratorHelper: [["isArguments"], [
    "function _$createForOfIteratorHelper(){var own=Object.prototype.hasOwnProperty;",
    "function A(o){this.o=o;this.i=0;this.done=false;this.value=void 0}",
    "A.prototype={s:function(){},n:function(){if(this.i<this.o.length)this.value=this.o[this.i++];",
    "else{this.done=true;this.value=void 0}return this},e:function(e){throw e},f:function(){}};",
    "function I(o,m){this.o=o;this.m=m;this.done=true;this.failed=false}",
    "I.prototype={s:function(){this.it=this.m.call(this.o);this.next=this.it.next},",
    "n:function(){this.done=true;var r=this.next.call(this.it);",
    'if(r===null||typeof r!=="object"&&typeof r!=="function")throw new TypeError("the result of next() is not an object");',
    "this.done=!!r.done;return r},e:function(e){this.failed=true;this.x=e},",
    "f:function(){var r;if(!this.done){if(this.failed){try{if(r=this.it['return'])r.call(this.it)}catch(e){}}",
    "else{r=this.it['return'];if(r!=null){r=r.call(this.it);",
    'if(r===null||typeof r!=="object"&&typeof r!=="function")throw new TypeError("the result of return() is not an object")}}}',
    "if(this.failed)throw this.x}};",
    "_$createForOfIteratorHelper=function(o){",
    "if((Array.isArray(o)||_$isArguments(o))&&!own.call(o,Symbol.iterator))return new A(o);",
    'var m=o!=null&&o[Symbol.iterator];if(typeof m!=="function")throw new TypeError(String(o)+" is not iterable");',
    "return new I(o,m)};return _$createForOfIteratorHelper.apply(this,arguments)}",
  ].join("")],
  namespaceWrite: [[], [
    'function _$namespaceWrite(k){throw new TypeError("Cannot assign to \'"+String(k)+"\' of a module namespace")}',
  ].join("")],
  noPrivateGetter: [[], 'function _$noPrivateGetter(){throw new TypeError("a private accessor without a getter was read")}'],
  noPrivateSetter: [[], 'function _$noPrivateSetter(v){throw new TypeError("a private accessor without a setter was written")}'],
  superOnce: [[], 'function _$superOnce(t,o){if(o!==void 0)throw new ReferenceError("super() was called twice");return t}'],
  tdz: [[], ['function _$tdz(n){throw new ReferenceError("Cannot access \'"+n+"\' before initialization")}'].join("")],
  toConsumableArray: [["isArguments"], [
    "function _$toConsumableArray(o){",
    "if((Array.isArray(o)||_$isArguments(o))&&!Object.prototype.hasOwnProperty.call(o,Symbol.iterator)){",
    "for(var n=o.length,r=new Array(n),i=0;i<n;i++)r[i]=o[i];return r}",
    'if(o==null||typeof o[Symbol.iterator]!=="function")throw new TypeError(String(o)+" is not iterable");',
    "return Array.from(o)}",
  ].join("")],
  withProto: [[], [
    'function _$withProto(o,p){if(p===null||typeof p==="object"||typeof p==="function")Object.setPrototypeOf(o,p);',
    "return o}",
  ].join("")],
  superWrite: [[], [
    "function _$superWrite(o,k,v,t){if(!Reflect.set(o,k,v,t))",
    'throw new TypeError("cannot set "+String(k)+" of super");return v}',
  ].join("")],
  superRead: [[], [
    "function _$superRead(o,k,t){for(var d;o!=null;o=Object.getPrototypeOf(o))",
    "if(d=Object.getOwnPropertyDescriptor(o,k))return d.get?d.get.call(t):d.value}",
  ].join("")],
  superPropGet: [["superRead"], [
    "function _$superPropGet(t,o,e,r){var p=_$superRead(Object.getPrototypeOf(1&r?t.prototype:t),o,e);",
    'return 2&r&&"function"==typeof p?function(t){return p.apply(e,t)}:p}',
  ].join("")],
};

// Every helper that a plugin can ask for, by the names that stand in their sources.
function requestedNames(pluginFolders) {
  const known = new Set(babelHelpers.list);
  const found = new Set();
  for (const folder of pluginFolders) {
    for (const file of readdirSync(folder).filter((name) => /^(?!decorators).*\.js$/.test(name))) {
      const text = readFileSync(join(folder, file), "utf8");
      for (const [, name] of text.matchAll(/["'`]([A-Za-z0-9]+)/g)) {
        // Some names are put together from a stem and "Loose".
        for (const candidate of [name, name + "Loose"]) if (known.has(candidate)) found.add(candidate);
      }
    }
  }
  return found;
}

// Generators know the names that they would have (tune.mjs hands them over).
const NAMED_GENERATORS = ["function f(e){", 'function f(e,m){m&&Object.defineProperty(e,"name",{value:m,configurable:true});'];

function changeOnce(code, [from, to]) {
  if (code.split(from).length !== 2) throw new Error(`expected once in a helper: ${from}`);
  return code.replace(from, () => to);
}

function helperText(name) {
  const dependencies = babelHelpers.getDependencies(name);
  const { nodes } = babelHelpers.get(name, (dependency) => types.identifier(PREFIX + dependency), PREFIX + name, []);
  let { code } = generate(types.program(nodes), { compact: true, comments: false });
  if (name === "regenerator") code = changeOnce(code, NAMED_GENERATORS);
  if (nodes.length === 1 && nodes[0].type === "FunctionDeclaration") return { dependencies, code };
  // State beside the function: made at the first call, by a declaration that replaces itself.
  const own = PREFIX + name;
  return {
    dependencies,
    code: `function ${own}(){${own}=(function(){${code};return ${own}})();return ${own}.apply(this,arguments)}`,
  };
}

export function makeHelperTable(pluginFolders, lower) {
  const table = {};
  const add = (name) => {
    if (table[name]) return;
    const { dependencies, code } = OWN[name] ? { dependencies: OWN[name][0], code: OWN[name][1] } : helperText(name);
    const text = lower(code);
    if (!text.startsWith(`function ${PREFIX}${name}(`)) throw new Error(`helper ${name} lost its name: ${text}`);
    table[name] = { dependencies, text };
    dependencies.forEach(add);
  };
  [...requestedNames(pluginFolders), ...Object.keys(OWN)].sort().forEach(add);
  return table;
}
