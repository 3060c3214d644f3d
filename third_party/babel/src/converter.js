// Entry of the embedded converter: convert(code, isModule, mustBeTypeScript) -> ES5 CommonJS text and where each part of it comes from.
/* global exportTo */
"use strict";
const { parse } = require("@babel/parser");
const generate = require("@babel/generator").default;
const traverse = require("@babel/traverse").default;
const core = require("./core.js");
const { File, PluginPass } = require("./file.js");
const { markFunctions } = require("./function_meta.js");
const { ASYNC_MARK, hasTopLevelAwait, markAwaits, replaceRunner, wrapAsync } = require("./modules.js");
const { ASSUMPTIONS, MODULE_PLUGINS, PLUGINS, typeScript } = require("./plugins.js");

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

// Of one conversion: a bundle converts one script and is thrown away.
function loadPlugins(list, isTypeScript) {
  const plugins = (isTypeScript ? [typeScript()].concat(list) : list).map(([key, module, options]) => {
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

function runPlugins(file, list, isTypeScript) {
  const active = loadPlugins(list, isTypeScript);
  const passes = active.map((plugin) => new PluginPass(file, plugin.key, plugin.options));
  active.forEach((plugin, i) => { if (plugin.pre) plugin.pre.call(passes[i], file); });
  const visitor = traverse.visitors.merge(active.map((plugin) => plugin.visitor), passes);
  traverse(file.ast, visitor, file.scope);
  active.forEach((plugin, i) => { if (plugin.post) plugin.post.call(passes[i], file); });
}

const GENERATOR_OPTIONS = {
  comments: false,
  compact: false,
  sourceMaps: true,
  jsescOption: { minimal: false },
};

function parseAs(code, isModule, isTypeScript) {
  return parse(code, {
    sourceType: isModule ? "module" : "script",
    allowReturnOutsideFunction: !isModule,
    plugins: isTypeScript ? ["typescript"] : [],
  });
}

// What is no JavaScript may be TypeScript; when it is neither, the first problem is the one to name.
function parseEither(code, isModule) {
  try {
    return { ast: parseAs(code, isModule, false), isTypeScript: false };
  } catch (problem) {
    try {
      return { ast: parseAs(code, isModule, true), isTypeScript: true };
    } catch (_) {
      throw problem;
    }
  }
}

// A file without imports and exports is a module when it awaits outside of functions; null: it does not.
function parseAwaiting(code) {
  try {
    const parsed = parseEither(code, true);
    return hasTopLevelAwait(parsed.ast.program) ? parsed : null;
  } catch (_) {
    return null;
  }
}

function parseAny(code, isModule) {
  let parsed;
  try {
    parsed = parseEither(code, isModule);
  } catch (problem) {
    const awaiting = !isModule && code.indexOf("await") !== -1 ? parseAwaiting(code) : null;
    if (awaiting === null) throw problem;
    return awaiting;
  }
  // To a script, `await (x)` is a call.
  return (!isModule && /\bawait\s*\(/.test(code) && parseAwaiting(code)) || parsed;
}

function makeFile(ast, code, isTypeScript) {
  return new File(ast, code, { filename: isTypeScript ? "script.ts" : "script.js" });
}

// The same file again, as the body of a function, with nothing remembered of the first pass.
function makeAsync(first, ast, code) {
  runPlugins(first.file, MODULE_PLUGINS, first.isTypeScript);
  wrapAsync(ast.program);
  traverse.cache.clear();
  const file = makeFile(ast, code, false);
  file.helpers = first.file.helpers;
  return file;
}

function convert(code, isModule, mustBeTypeScript) {
  const { ast, isTypeScript } =
    mustBeTypeScript ? { ast: parseAs(code, isModule, true), isTypeScript: true } : parseAny(code, isModule);
  markFunctions(ast.program);
  const isAsync = hasTopLevelAwait(ast.program);
  if (isAsync) markAwaits(ast.program);
  let file = makeFile(ast, code, isTypeScript);
  if (isAsync) file = makeAsync({ file, isTypeScript }, ast, code);
  runPlugins(file, PLUGINS, isTypeScript && !isAsync);
  if (isAsync) {
    replaceRunner(ast.program, file);
    ast.program.directives.unshift(core.types.directive(core.types.directiveLiteral(ASYNC_MARK)));
  }
  const output = generate(ast, GENERATOR_OPTIONS, code);
  const places = output.rawMappings || [];
  // The helpers behind it are nobody's.
  if (file.helpers.names.size > 0) places.push(output.code.split("\n").length + 1, 0, 0, 0);
  return { code: output.code + "\n" + file.helpers.text(), places };
}

// A problem of the script comes back as {error, line, column}; anything else is thrown.
exportTo.convert = function (code, isModule, mustBeTypeScript) {
  try {
    return convert(code, isModule, mustBeTypeScript);
  } catch (error) {
    const loc = error && error.loc;
    if (!loc) throw error;
    return { error: String(error.message).replace(/ \(\d+:\d+\)$/, ""), line: loc.line, column: loc.column + 1 };
  }
};
