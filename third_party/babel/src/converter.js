// Entry of the embedded converter: convert(code, isModule) -> ES5 CommonJS text on the same lines.
/* global exportTo */
"use strict";
const { parse } = require("@babel/parser");
const generate = require("@babel/generator").default;
const traverse = require("@babel/traverse").default;
const core = require("./core.js");
const { File, PluginPass } = require("./file.js");
const { ASSUMPTIONS, PLUGINS } = require("./plugins.js");

const api = Object.assign({}, core, {
  version: "7.29.0",
  assertVersion() {},
  targets() { return {}; },
  assumption(name) { return ASSUMPTIONS[name]; },
  addExternalDependency() {},
  caller() {},
  async: false,
});

// Statements that must come first (imports, hoisted functions) carry a priority; the sort is stable.
function hoistBlocks(body) {
  const priority = (node) => {
    if (!node || node._blockHoist == null) return 1;
    return node._blockHoist === true ? 2 : node._blockHoist;
  };
  const tagged = body.map((node, index) => ({ node, index, priority: priority(node) }));
  if (!tagged.some((entry) => entry.priority !== 1)) return body;
  tagged.sort((a, b) => b.priority - a.priority || a.index - b.index);
  return tagged.map((entry) => entry.node);
}

const blockHoist = {
  name: "block-hoist",
  visitor: {
    Block: { exit(path) { path.node.body = hoistBlocks(path.node.body); } },
    SwitchCase: { exit(path) { path.node.consequent = hoistBlocks(path.node.consequent); } },
  },
};

let plugins = null;
function loadPlugins() {
  if (plugins !== null) return plugins;
  plugins = PLUGINS.map(([key, module, options]) => {
    const plugin = module.default(api, options || {}, "/");
    return {
      key,
      options: options || {},
      pre: plugin.pre,
      post: plugin.post,
      visitor: traverse.explode(Object.assign({}, plugin.visitor)),
    };
  });
  plugins.push({ key: "block-hoist", options: {}, visitor: traverse.explode(blockHoist.visitor) });
  return plugins;
}

function runPlugins(file) {
  const active = loadPlugins();
  const passes = active.map((plugin) => new PluginPass(file, plugin.key, plugin.options));
  active.forEach((plugin, i) => { if (plugin.pre) plugin.pre.call(passes[i], file); });
  const visitor = traverse.visitors.merge(active.map((plugin) => plugin.visitor), passes);
  traverse(file.ast, visitor, file.scope);
  active.forEach((plugin, i) => { if (plugin.post) plugin.post.call(passes[i], file); });
}

const GENERATOR_OPTIONS = {
  retainLines: true,
  comments: false,
  compact: false,
  sourceMaps: true,
  jsescOption: { minimal: false },
};

// Differences only, as "written,source,...": retained lines need no entry.
function lineTable(lines) {
  const table = [];
  lines.forEach((source, written) => { if (source !== written) table.push(written, source); });
  return table.join(",");
}

function convert(code, isModule) {
  const ast = parse(code, { sourceType: isModule ? "module" : "script", allowReturnOutsideFunction: !isModule });
  const file = new File(ast, code, { filename: "script.js" });
  runPlugins(file);
  const output = generate(ast, GENERATOR_OPTIONS, code);
  return { code: output.code + "\n" + file.helpers.text(), lines: lineTable(output.rawMappings || []) };
}

// A problem of the script comes back as {error, line, column}; anything else is thrown.
exportTo.convert = function (code, isModule) {
  try {
    return convert(code, isModule);
  } catch (error) {
    const loc = error && error.loc;
    if (!loc) throw error;
    return { error: String(error.message).replace(/ \(\d+:\d+\)$/, ""), line: loc.line, column: loc.column + 1 };
  }
};
