// Changes to single files of Babel's packages on their way into the bundle: what is slow in Duktape, which compares the
// cases of a switch one by one and calls a getter through C, and what it has not. Each is checked to have matched.
import { TRAVERSE } from "./tune_traverse.mjs";
import { WALKS } from "./tune_walks.mjs";

const accessors = (getter, setter) => "get: ${getId ? getId.name : " + getter + "},\n          set: ${setId ? setId.name : " + setter + "}\n        }";
const UNDEFINED = "prop.scope.buildUndefinedNode()";
const ACCESSORS = accessors(UNDEFINED, UNDEFINED);
const WHOLE_ACCESSORS = accessors("prop.hub.addHelper('noPrivateGetter')", "prop.hub.addHelper('noPrivateSetter')");

// Changes inside a file: [path, [what stands there once, what is to stand there]...].
const PATCHED = [
  // Destructuring in the bundle takes arrays only; this is a Set.
  [/@babel\/helper-module-transforms\/lib\/normalize-and-load-metadata\.js$/,
    ["const [nameOfnamespace] = importsNamespace;", "const nameOfnamespace = Array.from(importsNamespace)[0];"]],
  [/@babel\/helper-module-transforms\/lib\/rewrite-live-references\.js$/,
    ["throw new Error('\"' + '${localName}' + '\" is read-only.');", "throw new TypeError('\"' + '${localName}' + '\" is read-only');"]],
  // A destructuring declaration would have the bindings of its whole scope gathered anew, at the top level those of the
  // script. The names it declares are known already; what is new are temporaries, which nobody looks up.
  [/@babel\/plugin-transform-destructuring\/lib\/index\.js$/,
    ["    path.replaceWithMultiple(nodesOut);\n  }\n  scope.crawl();\n}", "    path.replaceWithMultiple(nodesOut);\n  }\n}"]],
  // What functions were, see src/function_meta.js.
  [/@babel\/generator\/lib\/generators\/base\.js$/,
    ["  const oldNoLineTerminatorAfterNode = this.enterDelimited();\n  const directivesLen = (_node$directives2",
     "  const oldNoLineTerminatorAfterNode = this.enterDelimited();\n" +
     "  if (node.functionMeta) this.token('\"' + node.functionMeta + '\";');\n  const directivesLen = (_node$directives2"]],
  // They stay with the function that the script sees when its body moves into another.
  [/@babel\/helper-wrap-function\/lib\/index\.js$/,
    ["  const isDeclaration = isFunctionDeclaration(node);",
     "  const meta = node.body && node.body.functionMeta;\n  if (meta) node.body.functionMeta = undefined;\n" +
     "  const isDeclaration = isFunctionDeclaration(node);"],
    ["    path.replaceWith(container[0]);", "    container[0].body.functionMeta = meta;\n    path.replaceWith(container[0]);"],
    ["    if (functionId || !ignoreFunctionLength",
     "    const wrapper = container.callee.body.body[1];\n    (wrapper.argument || wrapper).body.functionMeta = meta;\n" +
     "    if (functionId || !ignoreFunctionLength"]],
  [/@babel\/plugin-transform-regenerator\/lib\/regenerator\/visit\.js$/,
    // The name goes to the helper: the function needs one of its own to refer to itself.
    ["      node.body = _core.types.blockStatement(outerBody);",
     "      const meta = node.body.functionMeta ? node.body.functionMeta.split(':') : [];\n" +
     "      const own = _core.types.isExpression(node) ? meta.slice(2).join(':') : '';\n" +
     "      node.body = _core.types.blockStatement(outerBody);\n      if (meta.length > 0) node.body.functionMeta = '#mk:' + meta[1] + ':';"],
    ['"mark"), [node]));', '"mark"), own ? [node, _core.types.stringLiteral(own)] : [node]));']],
  [/@babel\/types\/lib\/clone\/cloneNode\.js$/,
    ['  if (hasOwn(node, "extra")) {', '  if (deep && node.functionMeta) newNode.functionMeta = node.functionMeta;\n' +
     '  if (node.inferredName) newNode.inferredName = node.inferredName;\n  if (hasOwn(node, "extra")) {']],
  // What stands for a helper (src/file.js) is no value.
  [/@babel\/plugin-transform-regenerator\/lib\/regenerator\/emit\.js$/,
    ["          newCallee = self.explodeViaTempVar(null, calleePath, hasLeapingChildren);",
     "          newCallee = calleePath.node.name === '\\u0002' ? calleePath.node : self.explodeViaTempVar(null, calleePath, hasLeapingChildren);"]],
  // Private names are what the engine makes of 0x03 (26-private-names.patch); an accessor lacks no half.
  [/@babel\/helper-create-class-features-plugin\/lib\/fields\.js$/,
    ['init = _core.types.callExpression(_core.types.identifier("Symbol"),', 'init = _core.types.callExpression(_core.types.identifier("\\u0003"),'],
    [`${ACCESSORS});\n      \`, prop);\n  }\n}\nfunction buildPrivateInstanceMethodInitSpec`,
      `${WHOLE_ACCESSORS});\n      \`, prop);\n  }\n}\nfunction buildPrivateInstanceMethodInitSpec`],
    [`${ACCESSORS})\n`, `${WHOLE_ACCESSORS})\n`]],
  // Classes know the names that they would have (src/function_meta.js).
  [/@babel\/types\/lib\/retrievers\/getFunctionName\.js$/,
    ['  let prefix = "";', '  if (node.inferredName) return { name: node.inferredName, originalNode: node };\n  let prefix = "";']],
  // A second super() throws, where the text shows that there may be one.
  [/@babel\/plugin-transform-classes\/lib\/transformClass\.js$/,
    ["    if (bareSuper.parentPath.isExpressionStatement() &&",
     "    if (mayRepeat(bareSuper, body)) {\n      const made = thisRef();\n      thisRef = () => _core.types.cloneNode(made);\n" +
     "      call = _core.types.callExpression(classState.file.addHelper('superOnce'), [call, thisRef()]);\n    }\n" +
     "    if (bareSuper.parentPath.isExpressionStatement() &&"],
    ["  function verifyConstructor() {",
     "  function mayRepeat(bareSuper, body) {\n    return classState.manySupers || Boolean(bareSuper.findParent((parent) =>\n" +
     "      parent === body || parent.isLoop() || parent.isFunction()) !== body);\n  }\n  function verifyConstructor() {"],
    ["    for (const bareSuper of bareSupers) {\n      wrapSuperCall(",
     "    classState.manySupers = bareSupers.length > 1;\n    for (const bareSuper of bareSupers) {\n      wrapSuperCall("]],
  // What a class extends may be native unless it is a class of the script; `this.x` before super() is a ReferenceError.
  [/@babel\/plugin-transform-classes\/lib\/transformClass\.js$/,
    ["      if (classState.extendsNative) {",
     "      const binding = superName.type === 'Identifier' && classState.scope.getBinding(superName.name);\n" +
     "      if (classState.extendsNative || !classState.node.extendsOwn || !binding || binding.kind === 'param') {"],
    ["      if (parentPath.isMemberExpression({\n        object: node\n      })) {\n        thisPath.replaceWith(thisRef());\n        continue;\n      }\n", ""]],
  // An array known as such is walked by its index, unless the script gives objects iterators of their own.
  [/@babel\/plugin-transform-for-of\/lib\/index\.js$/,
    ['right.isGenericType("Array")', '!state.file.ast.program.setsIterators && right.isGenericType("Array")']],
  [/@babel\/plugin-transform-spread\/lib\/index\.js$/,
    ['binding.path.isGenericType("Array")', '!scope.getProgramParent().path.node.setsIterators && binding.path.isGenericType("Array")']],
  // Accessors of a literal are not called by what is spread into it.
  [/@babel\/plugin-transform-object-rest-spread\/lib\/index\.js$/,
    ["        let helper;\n        if (setSpreadProperties) {",
     "        let helper;\n        if (setSpreadProperties && !path.node.properties.some(({ kind }) => kind === 'get' || kind === 'set')) {"]],
  // Cheap calls of super methods, but getters of the parent class see the right `this`.
  [/@babel\/helper-replace-supers\/lib\/index\.js$/,
    ["  get(superMember) {\n    const {\n      isStatic,",
     "  get(superMember) {\n    const { object, property, computed } = this.plainMember(superMember);\n" +
     "    return callExpression(this.file.addHelper('superRead'),\n" +
     "      [object, computed ? property : stringLiteral(property.name), thisExpression()]);\n  },\n" +
     "  plainMember(superMember) {\n    const {\n      isStatic,"],
    ["  set(superMember, value) {\n    const {\n      computed\n    } = superMember.node;\n    const prop = this.prop(superMember);\n" +
     "    return assignmentExpression(\"=\", memberExpression(thisExpression(), prop, computed), value);",
     "  set(superMember, value) {\n    const { object, property, computed } = this.plainMember(superMember);\n" +
     "    return callExpression(this.file.addHelper('superWrite'),\n" +
     "      [object, computed ? property : stringLiteral(property.name), value, thisExpression()]);"],
    ["(this.get(superMember), thisExpression(), args, false)", "(this.plainMember(superMember), thisExpression(), args, false)"],
    ["(this.get(superMember), thisExpression(), args, true)", "(this.plainMember(superMember), thisExpression(), args, true)"]],
];

function patch(text, changes) {
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2) throw new Error(`expected once, to be patched: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

function replaceRanges(text, changes) {
  for (const [from, upTo, by] of changes) {
    const start = text.indexOf(from), end = text.indexOf(upTo, start);
    if (start === -1 || end === -1 || text.indexOf(from, start + 1) !== -1) throw new Error(`expected once, to be replaced: ${from}`);
    text = text.slice(0, start) + by + text.slice(end);
  }
  return text;
}

// Re-exports are getters in Babel's packages; a plain value is as good and cheaper, except where modules are cyclic.
// Named ones stand before their require, hence are moved to the end.
function plainReexports(text) {
  const moved = [];
  const rest = text
    .replace(/Object\.defineProperty\(exports, "(\w+)", \{\s*enumerable: true,\s*get: function \(\) \{\s*return ([\w.]+);\s*\}\s*\}\);/g,
      (whole, name, value) => { moved.push(`exports.${name} = ${value};`); return ""; })
    .replace(/Object\.defineProperty\(exports, key, \{\s*enumerable: true,\s*get: function \(\) \{\s*return (\w+)\[key\];\s*\}\s*\}\);/g,
      "exports[key] = $1[key];");
  return `${rest}\n${moved.join("\n")}`;
}


// A property look-up in place of up to a hundred comparisons: isExpression(), isScopable() and their like.
function tableValidators(text) {
  let changed = 0;
  const result = text.replace(
    /function (is\w+)\(node, opts\) \{\n {2}if \(!node\) return false;\n {2}switch \(node\.type\) \{\n([\s\S]*?)\n {4}default:\n {6}return false;\n {2}\}\n {2}return opts == null[^\n]*\n\}/g,
    (whole, name, body) => {
      changed += 1;
      const [types, placeholders = ""] = body.split('case "Placeholder":');
      const table = (part) => "{" + [...part.matchAll(/case "(\w+)":/g)].map(([, type]) => `${type}: true`).join() + "}";
      return `const types_${name} = ${table(types)}, expected_${name} = ${table(placeholders)};
function ${name}(node, opts) {
  if (!node) return false;
  if (types_${name}[node.type] !== true && !(node.type === "Placeholder" && expected_${name}[node.expectedNode] === true)) return false;
  return opts == null || (0, _shallowEqual.default)(node, opts);
}`;
    });
  if (changed < 40) throw new Error(`only ${changed} validators found`);
  return result;
}

const IS_SCOPE = `
const { FLIPPED_ALIAS_KEYS } = require("../definitions/index.js");
const table = (types) => { const t = {}; types.forEach((type) => { t[type] = true; }); return t; };
const scopable = table(FLIPPED_ALIAS_KEYS.Scopable), pattern = table(FLIPPED_ALIAS_KEYS.Pattern);
const functions = table(FLIPPED_ALIAS_KEYS.Function.concat("CatchClause"));
exports.default = function isScope(node, parent) {
  if (!node) return false;
  const type = node.type;
  if (scopable[type] !== true && pattern[type] !== true) return false;
  if (type === "BlockStatement") return functions[parent.type] !== true;
  return pattern[type] === true && functions[parent.type] === true ? true : scopable[type] === true;
};`;

// Flags of a path without their getters, and no text made for a debug log that nobody reads.
function plainFlags(text) {
  return text
    .replace(/^\s*this\.debug\([^;]*\);$/gm, "")
    .replace(/this\.shouldStop = ([^;]+);/g, "if ($1) this._traverseFlags |= 2; else this._traverseFlags &= ~2;")
    .replace(/this\.shouldSkip(?! =)\b/g, "((this._traverseFlags & 4) > 0)")
    .replace(/this\.shouldStop(?! =)\b/g, "((this._traverseFlags & 2) > 0)")
    .replace(/this\.removed(?! =)\b/g, "((this._traverseFlags & 1) > 0)");
}

export function tune(path, text) {
  for (const [filter, ...changes] of PATCHED.concat(WALKS)) if (filter.test(path)) text = patch(text, changes);
  for (const [filter, ...changes] of TRAVERSE) if (filter.test(path)) text = replaceRanges(text, changes);
  if (/@babel\/types\/lib\/validators\/generated\/index\.js$/.test(path)) return tableValidators(text);
  if (/@babel\/types\/lib\/validators\/isScope\.js$/.test(path)) return IS_SCOPE;
  if (/@babel\/types\/.*\.js$/.test(path)) return plainReexports(text);
  if (/@babel\/traverse\/lib\/path\/(?!index\.js)\w+\.js$/.test(path)) return plainFlags(text);
  return text;
}
