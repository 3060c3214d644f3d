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

// First and last line of a statement: made ones have no lines of their own, but parts that do.
function linesOf(statement) {
  if (statement.loc) return { first: statement.loc.start.line, last: statement.loc.end.line };
  const lines = { first: Infinity, last: 0 };
  core.types.traverseFast(statement, ({ loc }) => {
    if (!loc) return;
    lines.first = Math.min(lines.first, loc.start.line);
    lines.last = Math.max(lines.last, loc.end.line);
  });
  return lines;
}

// The statements that are to keep their lines: the chain in order of lines that covers the most of them.
function chainOf(spans) {
  const best = spans.map((span) => span.last - span.first + 1);
  const before = spans.map(() => -1);
  let end = 0;
  for (let i = 0; i < spans.length; i++) {
    const own = best[i];
    for (let j = 0; j < i; j++) {
      if (spans[j].last <= spans[i].first && best[j] + own > best[i]) {
        best[i] = best[j] + own;
        before[i] = j;
      }
    }
    if (best[i] > best[end]) end = i;
  }
  const kept = new Set();
  for (let i = end; i !== -1; i = before[i]) kept.add(i);
  return kept;
}

const MAX_CHAINED = 300;  // statements; finding the chain is quadratic

// A statement that a plugin has moved up (an import, a field set in the constructor) draws all that follows down to its
// own line. It goes without lines instead, so that what follows stays where it was.
function settleLines(body) {
  const spans = [];
  let ordered = true;
  for (const statement of body) {
    const span = linesOf(statement);
    if (span.last === 0) continue;
    span.statement = statement;
    ordered = ordered && (spans.length === 0 || spans[spans.length - 1].last <= span.first);
    spans.push(span);
  }
  if (ordered || spans.length > MAX_CHAINED) return;
  const kept = chainOf(spans);
  let next = Infinity;
  for (let i = spans.length - 1; i >= 0; i--) {
    if (kept.has(i)) {
      next = spans[i].first;
    } else if (spans[i].last > next) {
      core.types.traverseFast(spans[i].statement, (node) => { node.loc = null; });
    }
  }
}

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
  core.types.traverseFast(ast, (node) => { if (Array.isArray(node.body)) settleLines(node.body); });
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
