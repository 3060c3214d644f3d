// The plugins in the order in which Babel's preset for ES5 runs them, and what they may assume about scripts.
"use strict";

// Cheap output where the cheap form differs from the standard only in corners: private names are keys that nobody sees
// (26-private-names.patch of third_party/duktape), `document.all` does not exist. Iteration stays exact: spread,
// destructuring and for-of take Map, Set, strings and generators, and close what they leave early.
const ASSUMPTIONS = {
  constantSuper: true,
  ignoreFunctionLength: true,
  ignoreToPrimitiveHint: true,
  noDocumentAll: true,
  noIncompleteNsImportDetection: true,
  noNewArrows: true,
  noUninitializedPrivateFieldAccess: true,
  privateFieldsAsSymbols: true,
  setSpreadProperties: true,
  superIsCallableConstructor: true,
};

// Left out: exponentiation-operator, since Duktape has `**`, and Math.pow() takes no BigInt. And function-name: a function
// expression with a name costs Duktape one more scope object at every evaluation, and
// `check(res, {"status is 200": (r) => ...})` evaluates one at every iteration.
const PLUGINS = [
  ["modules", require("./modules.js")],
  ["proto-literal", require("./proto_literal.js")],
  ["dead-zone", require("./dead_zone.js")],
  ["template-strings", require("./template_strings.js")],
  ["class-static-block", require("@babel/plugin-transform-class-static-block")],
  ["private-property-in-object", require("@babel/plugin-transform-private-property-in-object")],
  ["class-properties", require("@babel/plugin-transform-class-properties")],
  ["private-methods", require("@babel/plugin-transform-private-methods")],
  ["bigint", require("./bigint.js")],
  ["numeric-separator", require("@babel/plugin-transform-numeric-separator")],
  ["logical-assignment-operators", require("@babel/plugin-transform-logical-assignment-operators")],
  ["nullish-coalescing-operator", require("@babel/plugin-transform-nullish-coalescing-operator")],
  ["optional-chaining", require("@babel/plugin-transform-optional-chaining")],
  ["json-strings", require("@babel/plugin-transform-json-strings")],
  ["optional-catch-binding", require("@babel/plugin-transform-optional-catch-binding")],
  ["parameters", require("@babel/plugin-transform-parameters")],
  ["async-generator-functions", require("@babel/plugin-transform-async-generator-functions")],
  ["object-rest-spread", require("@babel/plugin-transform-object-rest-spread")],
  ["async-to-generator", require("@babel/plugin-transform-async-to-generator")],
  ["template-literals", require("@babel/plugin-transform-template-literals")],
  ["literals", require("@babel/plugin-transform-literals")],
  ["arrow-functions", require("@babel/plugin-transform-arrow-functions")],
  ["block-scoped-functions", require("@babel/plugin-transform-block-scoped-functions")],
  ["classes", require("@babel/plugin-transform-classes")],
  ["object-super", require("@babel/plugin-transform-object-super")],
  ["shorthand-properties", require("@babel/plugin-transform-shorthand-properties")],
  ["duplicate-keys", require("@babel/plugin-transform-duplicate-keys")],
  ["computed-properties", require("@babel/plugin-transform-computed-properties")],
  ["for-of", require("@babel/plugin-transform-for-of")],
  ["unicode-escapes", require("@babel/plugin-transform-unicode-escapes")],
  ["spread", require("@babel/plugin-transform-spread")],
  ["destructuring", require("@babel/plugin-transform-destructuring")],
  ["block-scoping", require("@babel/plugin-transform-block-scoping"), { tdz: false }],
  ["new-target", require("@babel/plugin-transform-new-target")],
  ["regenerator", require("@babel/plugin-transform-regenerator")],
  ["export-namespace-from", require("@babel/plugin-transform-export-namespace-from")],
  ["modules-commonjs", require("@babel/plugin-transform-modules-commonjs"), { noInterop: true }],
];

// What a file with `await` outside of functions goes through first, before it becomes a function; see src/modules.js.
const MODULE_PLUGINS = PLUGINS.filter(([name]) => name === "modules" || name === "export-namespace-from" || name === "modules-commonjs");

// Before all others, for TypeScript only; loaded when it is needed.
const typeScript = () => ["typescript", require("@babel/plugin-transform-typescript"), { allowDeclareFields: true }];

// What is written for the engine's compiler only: the build's own use of these plugins leaves it out.
const ENGINE_ONLY = ["template-strings"];

module.exports = { ASSUMPTIONS, ENGINE_ONLY, MODULE_PLUGINS, PLUGINS, typeScript };
