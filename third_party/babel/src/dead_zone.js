// Uses of let, const, class and parameters before their declaration, where the text shows it: they throw, as the
// standard says. Code that runs before a declaration only by way of a function called too early is not looked for:
// that would cost a check at every use.
"use strict";
const { types } = require("./core.js");

const KINDS = { let: true, const: true, param: true };

// What is evaluated before the binding gets its value although it stands behind its name: the initializer, or the list
// of a loop.
function lateNode(binding) {
  const { path } = binding;
  if (!path.isVariableDeclarator()) return null;
  const loop = path.parentPath.parentPath;
  return loop && loop.isForXStatement() && loop.node.left === path.parent ? loop.node.right : path.node.init;
}

function startOf(binding) {
  if (binding.kind !== "param" && !binding.path.isVariableDeclarator()) {
    return binding.path.isClassDeclaration() ? binding.path.node.start : -1;
  }
  return binding.identifier.start;
}

exports.default = () => ({
  visitor: {
    Scopable(path) {
      const { scope } = path;
      if (scope.path !== path) return;
      const call = (name) => types.callExpression(path.hub.addHelper("tdz"), [types.stringLiteral(name)]);
      for (const name of Object.keys(scope.bindings)) {
        const binding = scope.bindings[name];
        if (!KINDS[binding.kind] || binding.identifier.start == null) continue;
        const from = startOf(binding);
        const late = lateNode(binding);
        const own = binding.scope.path.isFunction() ? binding.scope.path : binding.scope.path.getFunctionParent();
        const early = (reference) => reference.node && reference.node.start != null && !reference.isExportDeclaration() &&
          (reference.node.start < from || (late && reference.node.start >= late.start && reference.node.start < late.end)) &&
          reference.getFunctionParent() === own;
        for (const reference of binding.referencePaths) {
          if (early(reference) && reference.isIdentifier()) reference.replaceWith(call(name));
        }
        for (const violation of binding.constantViolations) {
          if (!early(violation)) continue;
          if (violation.isAssignmentExpression()) {
            violation.replaceWith(types.sequenceExpression([violation.node.right, call(name)]));
          } else if (violation.isUpdateExpression()) {
            violation.replaceWith(call(name));
          }
        }
      }
    },
  },
});
