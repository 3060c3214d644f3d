// Walks over the tree that plugins make beside the main one, cut down to where they find something. A script of 200
// lines was walked some four times over.

// All nodes above an identifier with one of these names, as a set: a walk may leave out the rest of the tree.
const ONLY_NAMES = `
const { VISITOR_KEYS } = require("@babel/types");
exports.nodesWithNames = function (root, names) {
  const found = new Set();
  const look = (node) => {
    const type = node.type;
    let any = (type === "Identifier" || type === "JSXIdentifier") && names.has(node.name);
    const keys = VISITOR_KEYS[type];
    for (let i = 0; i < keys.length; i++) {
      const child = node[keys[i]];
      if (!child) continue;
      if (Array.isArray(child)) {
        for (let k = 0; k < child.length; k++) if (child[k] && look(child[k])) any = true;
      } else if (look(child)) {
        any = true;
      }
    }
    if (any) found.add(node);
    return any;
  };
  look(root);
  return found;
};`;

// An asynchronous generator or a "for await" cannot be written without one of these; where a comment may stand in between,
// its slash is enough.
const ASYNC_ITERATION = "/\\basync\\s*(?:function\\s*)?[*\\/]|\\bfor\\s*(?:await|\\/)/";

// [file, [what stands there once, what is to stand there]...]
export const WALKS = [
  [/@babel\/helper-module-transforms\/lib\/rewrite-live-references\.js$/,
    ['var _core = require("@babel/core");', `var _core = require("@babel/core");${ONLY_NAMES}`],
    ["  programPath.traverse(rewriteReferencesVisitor, rewriteReferencesVisitorState);",
     "  const only = exports.nodesWithNames(programPath.node, new Map([...imported, ...exported]));\n" +
     "  if (only.size > 0) programPath.traverse(Object.assign(Object.create(null), rewriteReferencesVisitor, {\n" +
     "    shouldSkip: (path) => !only.has(path.node) }), rewriteReferencesVisitorState);"]],
  [/@babel\/plugin-transform-async-generator-functions\/lib\/index\.js$/,
    ["path.traverse(visitor, state);", `if (${ASYNC_ITERATION}.test(path.hub.getCode())) path.traverse(visitor, state);`]],
  // function.sent is a proposal that the parser does not take.
  [/@babel\/plugin-transform-regenerator\/lib\/regenerator\/visit\.js$/,
    ["bodyBlockPath.traverse(functionSentVisitor,", "void (functionSentVisitor,"]],
  // Looks for function declarations in blocks below, of the names that a declaration brings: there is one of that name
  // in the whole script, or it need not look.
  [/@babel\/traverse\/lib\/scope\/index\.js$/,
    ['this.registerBinding("hoisted", path.get("id"), path);',
     'if (path.node.id) exports.hoistedNames[path.node.id.name] = true;\n      this.registerBinding("hoisted", path.get("id"), path);'],
    ["let scopeVisitor;\nlet uid = 0;", "let scopeVisitor;\nexports.hoistedNames = Object.create(null);\nlet uid = 0;"]],
  [/@babel\/plugin-transform-block-scoping\/lib\/index\.js$/,
    ['var _core = require("@babel/core");',
     'var _core = require("@babel/core");\nvar { hoistedNames } = require("@babel/traverse/lib/scope/index.js");'],
    ["  blockScope.path.traverse(conflictingFunctionsVisitor", "  if (bindingNames.some((name) => hoistedNames[name])) blockScope.path.traverse(conflictingFunctionsVisitor"]],
  // A method without the word has no super, and what a method returns matters in constructors.
  [/@babel\/plugin-transform-classes\/lib\/transformClass\.js$/,
    ["        replaceSupers.replace();", "        if (hasWord(path, \"super\")) replaceSupers.replace();"],
    ["        path.traverse(_traverse.visitors.environmentVisitor({\n          ReturnStatement",
     "        if (isConstructor) path.traverse(_traverse.visitors.environmentVisitor({\n          ReturnStatement"],
    ["function transformClass(", "function hasWord(path, word) {\n  const { start, end } = path.node;\n" +
     "  const code = path.hub.getCode();\n  return (start == null || end == null ? code : code.slice(start, end)).indexOf(word) !== -1;\n}\n" +
     "function transformClass("]],
];
