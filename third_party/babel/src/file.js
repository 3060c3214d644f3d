// The state of one conversion: what Babel's plugins call `file`, and what each of them calls `this`.
"use strict";
const { NodePath } = require("@babel/traverse");
const { identifier } = require("@babel/types");
const helperTable = require("helper-table");

// As the build writes them into the table; another one when the script uses this one itself.
const HELPER_PREFIX = "_$";

// Helpers are not spliced into the tree as Babel does: they would be walked by every plugin. They are ready-made ES5
// function declarations, which are hoisted, so they follow the script and move none of its lines.
class HelperSet {
  constructor(code) {
    this.names = new Set();
    this.prefix = HELPER_PREFIX;
    for (let n = 0; code.indexOf(this.prefix) !== -1; n++) this.prefix = HELPER_PREFIX + n + "_";
  }
  add(name) {
    if (this.names.has(name)) return;
    const helper = helperTable[name];
    if (helper === undefined) throw new Error("no helper named " + name);
    for (const dependency of helper.dependencies) this.add(dependency);
    this.names.add(name);
  }
  text() {
    let out = "";
    this.names.forEach((name) => { out += helperTable[name].text; });
    return this.prefix === HELPER_PREFIX ? out : out.split(HELPER_PREFIX).join(this.prefix);
  }
}

// Stands for a helper: the engine's compiler knows what it does with (object, key, value), see 20-converter-ops.patch.
const DEFINE = "\u0002";

class LocatedError extends SyntaxError {
  constructor(message, loc) {
    super(message);
    this.loc = loc;
  }
}

class File {
  constructor(ast, code, opts) {
    this.ast = ast;
    this.code = code;
    this.opts = opts;
    this.metadata = {};
    this.declarations = {};
    this.values = new Map();
    this.helpers = new HelperSet(code);
    this.hub = {
      file: this,
      getCode: () => this.code,
      getScope: () => this.scope,
      addHelper: (name) => this.addHelper(name),
      buildError: (node, message) => this.buildCodeFrameError(node, message),
    };
    this.path = NodePath.get({
      hub: this.hub,
      parentPath: null,
      parent: ast,
      container: ast,
      key: "program",
    }).setContext();
    this.scope = this.path.scope;
  }
  set(key, value) { this.values.set(key, value); }
  get(key) { return this.values.get(key); }
  has(key) { return this.values.has(key); }
  availableHelper(name) { return helperTable[name] !== undefined; }
  addHelper(name) {
    if (name === "defineProperty") return identifier(DEFINE);
    this.helpers.add(name);
    const own = this.helpers.prefix + name;
    this.scope.references[own] = true;  // no temporary may take the name
    return identifier(own);
  }
  getModuleName() { return null; }
  buildCodeFrameError(node, message) {
    return new LocatedError(message, node && node.loc ? node.loc.start : null);
  }
}

class PluginPass {
  constructor(file, key, opts) {
    this.file = file;
    this.key = key;
    this.opts = opts;
    this.filename = file.opts.filename;
    this.values = new Map();
  }
  set(key, value) { this.values.set(key, value); }
  get(key) { return this.values.get(key); }
  availableHelper(name) { return this.file.availableHelper(name); }
  addHelper(name) { return this.file.addHelper(name); }
  getModuleName() { return null; }
  buildCodeFrameError(node, message) { return this.file.buildCodeFrameError(node, message); }
}

module.exports = { File, PluginPass };
