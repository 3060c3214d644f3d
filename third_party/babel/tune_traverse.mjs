// What @babel/traverse does at every step of a walk, put into few functions: a conversion takes some 15,000 steps, and
// in Duktape a call costs about as much as what most of these functions do. What comes out is the same.
//
// One difference: a path that is left for good keeps the scope it had, where Babel looks it up again; whoever asks such
// a path later has gone through get() or a new visit, and both set the scope.

const CONTEXT_VISIT = `  visitMultiple(container, parent, listKey) {
    const queue = [], opts = this.opts;
    for (let key = 0; key < container.length; key++) {
      const node = container[key];
      if (node && (opts[node.type] || opts.enter || opts.exit || this.shouldVisit(node))) {
        queue.push(_index.default.at(this.parentPath, parent, container, listKey, key));
      }
    }
    return queue.length > 0 && this.visitQueue(queue);
  }
  visitSingle(node, key) {
    const child = node[key], opts = this.opts;
    if (opts[child.type] || opts.enter || opts.exit || this.shouldVisit(child)) {
      return this.visitQueue([_index.default.at(this.parentPath, node, node, undefined, key)]);
    }
    return false;
  }
  visitQueue(queue) {
    this.queue = queue;
    this.priorityQueue = [];
    const visited = queue.length > 16 ? new WeakSet() : null;
    let stop = false, first = null, seen = null;
    let visitIndex = 0;
    while (visitIndex < queue.length) {
      const path = queue[visitIndex++];
      if ((path._traverseFlags & 1) === 0) {
        if (path.parentPath) path.parent = path.parentPath.node;
        if (path.listKey && path.parent) path.container = path.parent[path.listKey] || null;
        if (path.container && path.node !== path.container[path.key]) _context._resyncKey.call(path);
      }
      const contexts = path.contexts;
      if (contexts.length === 0 || contexts[contexts.length - 1] !== this) {
        contexts.push(this);
        _context.setContext.call(path, this);
      }
      if (path.key === null) continue;
      const node = path.node;
      if (node) {
        if (visited) {
          if (visited.has(node)) continue;
          visited.add(node);
        } else if (first === null) {
          first = node;
        } else {
          if (seen === null) seen = [first];
          if (seen.indexOf(node) !== -1) continue;
          seen.push(node);
        }
      }
      if (_context.visit.call(path)) {
        stop = true;
        break;
      }
      if (this.priorityQueue.length > 0) {
        stop = this.visitQueue(this.priorityQueue);
        this.priorityQueue = [];
        this.queue = queue;
        if (stop) break;
      }
    }
    for (let i = 0; i < visitIndex; i++) _context.popContext.call(queue[i]);
    this.queue = null;
    return stop;
  }
`;

const TRAVERSE_NODE = `function traverseNode(node, opts, scope, state, path, skipKeys, visitSelf) {
  const keys = VISITOR_KEYS[node.type];
  if (!keys) return false;
  let context = null;
  if (visitSelf) {
    if (skipKeys != null && skipKeys[path.parentKey]) return false;
    return new _context.default(scope, opts, state, path).visitQueue([path]);
  }
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i], child = node[key];
    if (!child || skipKeys != null && skipKeys[key]) continue;
    if (context === null) context = new _context.default(scope, opts, state, path);
    if (Array.isArray(child) ? context.visitMultiple(child, node, key) : context.visitSingle(node, key)) return true;
  }
  return false;
}
`;

const PATH_CONTEXT = `const mayBeScope = {};
t.FLIPPED_ALIAS_KEYS.Scopable.concat(t.FLIPPED_ALIAS_KEYS.Pattern).forEach((type) => { mayBeScope[type] = true; });
function call(key) {
  const opts = this.opts;
  if (this.node && opts[key] && _call.call(this, opts[key])) return true;
  if (!this.node) return false;
  const own = opts[this.node.type];
  return own !== undefined && own[key] !== undefined && _call.call(this, own[key]);
}
function _call(fns) {
  if (!fns) return false;
  for (let i = 0; i < fns.length; i++) {
    const fn = fns[i];
    if (!fn) continue;
    const node = this.node;
    if (!node) return true;
    if (typeof fn === "function") fn.call(this.state, this, this.state);
    else fn.fn.call(fn.state, this, fn.state);
    if (this.node !== node) return true;
    if (this._traverseFlags > 0) return true;
  }
  return false;
}
`;

const PATH_VISIT = `function visit() {
  const node = this.node, opts = this.opts;
  if (!node) return false;
  if ((opts.denylist || opts.blacklist) && isDenylisted.call(this)) return false;
  if (opts.shouldSkip != null && opts.shouldSkip(this)) return false;
  const context = this.context;
  if ((this._traverseFlags & 4) > 0) return (this._traverseFlags & 2) > 0;
  if ((opts.enter !== undefined || opts[node.type] !== undefined) && call.call(this, "enter")) return (this._traverseFlags & 2) > 0;
  if (this.context !== context) restoreContext(this, context);
  if (this.node && (0, _traverseNode.traverseNode)(this.node, this.opts, this.scope, this.state, this, this.skipKeys)) this._traverseFlags |= 2;
  else this._traverseFlags &= ~2;
  if (this.context !== context) restoreContext(this, context);
  call.call(this, "exit");
  return (this._traverseFlags & 2) > 0;
}
`;

const SET_CONTEXT = `function setContext(context) {
  if (this.skipKeys != null) this.skipKeys = {};
  this._traverseFlags = 0;
  if (context) {
    this.context = context;
    this.state = context.state;
    this.opts = context.opts;
  }
  const parent = this.parentPath, key = this.key;
  if (!parent || !parent.scope || key === "key" || key === "discriminant" || this.listKey === "decorators" ||
      this.opts && this.opts.noScope || parent.opts && parent.opts.noScope) {
    setScope.call(this);
    return this;
  }
  const scope = this.node && mayBeScope[this.node.type] === true ? this.getScope(parent.scope) : parent.scope;
  this.scope = scope;
  if (!scope.inited) scope.init();
  return this;
}
`;

const POP_CONTEXT = `function popContext() {
  const contexts = this.contexts;
  contexts.pop();
  if (contexts.length > 0) {
    setContext.call(this, contexts[contexts.length - 1]);
  } else {
    if (this.skipKeys != null) this.skipKeys = {};
    this._traverseFlags = 0;
  }
}
`;

const PATH_AT = `  static at(parentPath, parent, container, listKey, key) {
    if (!parentPath) return NodePath.get({ parentPath, parent, container, listKey, key, hub: new (require("../hub.js").default)() });
    const node = container[key], paths = cache.getOrCreateCachedPaths(parent, parentPath);
    let path = paths.get(node);
    if (!path) {
      path = new NodePath(parentPath.hub, parent);
      if (node) paths.set(node, path);
    }
    path.listKey = listKey;
    path.container = container;
    path.parentPath = parentPath;
    path.key = key;
    path.node = node;
    path.type = node ? node.type : undefined;
    return path;
  }
`;

// [file, [from, up to (not with), what stands there instead]...]
export const TRAVERSE = [
  [/@babel\/traverse\/lib\/context\.js$/, ["  visitMultiple(", "  visit(node, key) {", CONTEXT_VISIT]],
  [/@babel\/traverse\/lib\/traverse-node\.js$/, ["function traverseNode(", "\n//# source", TRAVERSE_NODE]],
  [/@babel\/traverse\/lib\/path\/context\.js$/,
    ["function call(key)", "function isDenylisted(", PATH_CONTEXT],
    ["function visit() {", "function skip() {", PATH_VISIT],
    ["function setContext(", "function resync() {", SET_CONTEXT],
    ["function popContext() {", "function pushContext(", POP_CONTEXT]],
  [/@babel\/traverse\/lib\/path\/index\.js$/, ["  getScope(scope) {", "  getScope(scope) {", PATH_AT]],
  // A visitor of a plugin is called with the plugin's state as it is, not through one more function.
  [/@babel\/traverse\/lib\/visitors\.js$/,
    ["      if (state) {\n        newFn = function", "      if (wrapper) {", "      if (state) return { fn, state };\n"]],
];
