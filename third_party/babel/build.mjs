// node build.mjs OUT.js OUT.version: bundles src/converter.js with Babel's packages and lowers the result to ES5 for
// Duktape: the text of one function expression that fills the object it is given. OUT.version gets the SHA-256 of it.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { existsSync, readFileSync, writeFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { makeHelperTable } from "./helpers.mjs";
import { tune } from "./tune.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const babel = require("@babel/core");
const { PLUGINS, ASSUMPTIONS, ENGINE_ONLY } = require("./src/plugins.js");
const babelFolder = join(here, "node_modules/@babel");

const HELPER_PREFIX = "_$";
const BUNDLE_NAME = "mockartyBundle";  // only while minifying, which drops an expression that nobody uses
const BASE_OPTIONS = { configFile: false, babelrc: false, compact: true, comments: false, sourceType: "script",
                       assumptions: { ...ASSUMPTIONS, setComputedProperties: true, setPublicClassFields: true } };
const pluginList = (change = {}) => PLUGINS.filter(([name]) => name !== "modules-commonjs" && !ENGINE_ONLY.includes(name))
  .map(([name, module, options]) => [module.default, change[name] || options || {}, name]);

// Helpers that converted scripts need: to be ES5 themselves, without helpers of ours.
function lowerHelper(code) {
  const plugins = pluginList().filter(([, , name]) => name !== "proto-literal");
  return babel.transformSync(code, { ...BASE_OPTIONS, plugins }).code;
}

// Babel's own code iterates over arrays nearly always: each for-of becomes an index loop over a list.
function suitDuktape({ types }) {
  return {
    visitor: {
      // What has a length is walked as it is; a call for each loop would cost more than the test.
      ForOfStatement(path) {
        const list = path.scope.generateDeclaredUidIdentifier("list");
        path.node.right = types.conditionalExpression(
          types.binaryExpression(">=", types.memberExpression(
            types.assignmentExpression("=", list, path.node.right), types.identifier("length")), types.numericLiteral(0)),
          types.cloneNode(list),
          types.callExpression(types.identifier("_$list"), [types.cloneNode(list)]));
      },
    },
  };
}
const OWN_FUNCTIONS = "function _$list(o){return Array.from(o)}";

function lowerBundle(code, helperTable) {
  const used = new Set();
  const use = (name) => {
    if (used.has(name)) return;
    used.add(name);
    helperTable[name].dependencies.forEach(use);
  };
  const ownHelpers = ({ types }) => ({
    pre(file) {
      file.set("helperGenerator", (name) => {
        use(name);
        return types.identifier(HELPER_PREFIX + name);
      });
    },
  });
  const loops = babel.transformSync(code, { ...BASE_OPTIONS, plugins: [suitDuktape] }).code;
  const body = babel.transformSync(loops, {
    ...BASE_OPTIONS,
    assumptions: { ...BASE_OPTIONS.assumptions, noClassCalls: true },
    plugins: [ownHelpers, ...pluginList({ "for-of": { assumeArray: true }, "destructuring": { loose: true } })],
  }).code;
  const helpers = [...used].map((name) => helperTable[name].text).join("");
  return `${BUNDLE_NAME}=function(exportTo){${body};${OWN_FUNCTIONS}${helpers}};`;
}

// What the converter has no use for, with what stands in its place.
const STAND_INS = [
  // A virtual module each: [what is required, source].
  [/^@babel\/core$/, `module.exports = require(${JSON.stringify(join(here, "src/core.js"))});`],
  [/^@babel\/code-frame$/, "exports.codeFrameColumns = () => '';"],
  [/^@babel\/helper-compilation-targets$/, "exports.isRequired = () => true; exports.default = () => ({});"],
  [/^debug$/, "const off = () => {}; off.enabled = false; module.exports = () => off;"],
  [/^assert$/, "const ok = (value, text) => { if (!value) throw new Error(text || 'assertion failed'); };" +
    "module.exports = ok; ok.ok = ok; ok.equal = ok.strictEqual = (a, b, text) => ok(a === b, text);" +
    "ok.notStrictEqual = (a, b, text) => ok(a !== b, text);"],
  // Names of imports are made from the last part of a module's name.
  [/^path$/, "exports.basename = (p, ext) => { const b = p.split('/').pop(); return ext && b.endsWith(ext) ? b.slice(0, -ext.length) : b; };" +
    "exports.extname = (p) => { const m = /.(\\.[^./]*)$/.exec(p); return m ? m[1] : ''; };"],
  [/^semver$/, "exports.lt = () => false;"],
];

// Files of Babel's packages that are replaced: [path, source]. Checks of tree nodes guard plugin authors, not scripts.
const REPLACED = [
  [/@babel\/generator\/lib\/source-map\.js$/, `module.exports = require(${JSON.stringify(join(here, "src/source_map.js"))});`],
  [/@babel\/types\/lib\/builders\/validateNode\.js$/, "require(\"../validators/validate.js\"); exports.default = (node) => node;"],
  [/@babel\/types\/lib\/validators\/validate\.js$/,
   "require(\"../definitions/index.js\"); const pass = () => {}; exports.default = pass; exports.validateChild = pass; exports.validateField = pass; exports.validateInternal = pass;"],
  [/@babel\/types\/lib\/asserts\/generated\/index\.js$/,
   "const pass = () => {}; require('../../definitions/index.js').TYPES.forEach((type) => { exports['assert' + type] = pass; });"],
  [/@babel\/helper-create-class-features-plugin\/lib\/decorators-2018-09\.js$/, ""],
  [/@babel\/helper-globals\/data\/browser-upper\.json$/, "module.exports = [];"],
  [/@babel\/helper-module-transforms\/lib\/dynamic-import\.js$/, "exports.buildDynamicImport = () => { throw new Error('no dynamic import'); };"],
];

const trim = (helperTable) => ({
  name: "trim",
  setup(build) {
    STAND_INS.forEach(([filter, contents], index) => {
      build.onResolve({ filter }, () => ({ path: String(index), namespace: "stand-in" }));
    });
    build.onLoad({ filter: /.*/, namespace: "stand-in" }, ({ path }) =>
      ({ contents: STAND_INS[Number(path)][1], resolveDir: here }));
    build.onResolve({ filter: /^helper-table$/ }, () => ({ path: "helper-table", namespace: "table" }));
    build.onLoad({ filter: /.*/, namespace: "table" }, () =>
      ({ contents: JSON.stringify(helperTable), loader: "json" }));
    build.onLoad({ filter: /@babel\/.*\.js(on)?$/ }, ({ path }) => {
      for (const [filter, contents] of REPLACED) if (filter.test(path)) return { contents, resolveDir: dirname(path) };
      const text = readFileSync(path, "utf8");
      return { contents: tune(path, text), loader: path.endsWith(".json") ? "json" : "js" };
    });
  },
});

async function main(out, versionOut) {
  const helperFolders = readdirSync(babelFolder)
    .filter((name) => /^(plugin-transform|helper)-/.test(name))
    .map((name) => join(babelFolder, name, "lib"))
    .filter((folder) => existsSync(folder));
  const helperTable = makeHelperTable(helperFolders, lowerHelper);
  const bundled = await esbuild.build({
    entryPoints: [join(here, "src/converter.js")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    mainFields: ["main"],
    target: "es2022",
    legalComments: "none",
    define: { "process.env.BABEL_TYPES_8_BREAKING": "false", "process.env.BABEL_8_BREAKING": "false",
              "process.env.NODE_ENV": '"production"' },
    minifySyntax: true,
    plugins: [trim(helperTable)],
  });
  const lowered = lowerBundle(bundled.outputFiles[0].text, helperTable);
  const small = await esbuild.transform(lowered,
    { minify: true, target: "es5", legalComments: "none", charset: "ascii" });
  const assignment = `${BUNDLE_NAME}=`;
  const text = small.code.trim().replace(/;$/, "");
  if (!text.startsWith(assignment)) throw new Error("the bundle is not one assignment");
  const bundle = text.slice(assignment.length);
  writeFileSync(out, bundle);
  writeFileSync(versionOut, createHash("sha256").update(bundle).digest("hex"));
}

await main(process.argv[2], process.argv[3]);
