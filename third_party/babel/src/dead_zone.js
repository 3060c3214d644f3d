// Uses of let, const, class and parameters before their declaration. Where the text shows it, they throw, as the standard
// says. A function that is named before the declaration, and a case of a switch other than the one that declares, may or
// may not run too early: what they use is checked by a flag. Nothing else is, so ordinary code pays nothing.
"use strict";
const { types } = require("./core.js");

const KINDS = { let: true, const: true, param: true };

// The name of a class is constant inside of it.
function keepClassName(path, name, binding) {
  const { start, end } = path.node;
  for (const violation of binding.constantViolations) {
    if (!(violation.node.start >= start && violation.node.end <= end)) continue;
    const throws = () => types.callExpression(path.hub.addHelper("readOnlyError"), [types.stringLiteral(name)]);
    if (violation.isAssignmentExpression() && violation.node.left.type === "Identifier") {
      violation.replaceWith(types.sequenceExpression([violation.node.right, throws()]));
    } else if (violation.isUpdateExpression()) {
      violation.replaceWith(throws());
    }
  }
}

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

// The statement that gives the binding its value, or null where none can follow it.
function declarationOf(binding) {
  let path = binding.path.isVariableDeclarator() ? binding.path.parentPath : binding.path;
  if (binding.kind === "param" || !path.isDeclaration()) return null;
  if (path.parentPath.isExportDeclaration()) path = path.parentPath;
  return path.inList && (path.listKey === "body" || path.listKey === "consequent") ? path : null;
}

// Of one binding: what comes too early, and what may.
class Zone {
  constructor(binding) {
    this.binding = binding;
    this.from = startOf(binding);
    this.late = lateNode(binding);
    this.own = binding.scope.path.isFunction() ? binding.scope.path : binding.scope.path.getFunctionParent();
    this.suspects = new Map();
    this.home = binding.scope.path.isSwitchStatement() ? this.caseOf(binding.path) : null;
  }

  caseOf(path) {
    return path.findParent((parent) => parent.parentPath === this.binding.scope.path && parent.isSwitchCase());
  }

  isEarly(path) {
    const { node } = path, { from, late } = this;
    return node && node.start != null && !path.isExportDeclaration() &&
      (node.start < from || (late && node.start >= late.start && node.start < late.end)) && path.getFunctionParent() === this.own;
  }

  // Whether the function, which uses the binding, is named where it could be called too early.
  isSuspect(path) {
    if (this.suspects.has(path)) return this.suspects.get(path);
    const { node, parentPath } = path;
    let id = path.isFunctionDeclaration() ? node.id : null;
    if (!id && parentPath.isVariableDeclarator() && parentPath.node.id.type === "Identifier") id = parentPath.node.id;
    const named = id && parentPath.scope.getBinding(id.name);
    const suspect = Boolean(named) && named.scope !== path.scope && named.referencePaths.some((use) => this.isEarly(use));
    this.suspects.set(path, suspect);
    return suspect;
  }

  mayBeEarly(path) {
    if (!path.node || path.node.start == null) return false;
    const parent = path.getFunctionParent();
    if (parent !== this.own) return parent !== null && this.isSuspect(parent);
    return this.home !== null && this.caseOf(path) !== this.home;
  }
}

// What `path` stands for, behind a check that the binding has its value.
function guard(path, zone, call) {
  if (path.node.isGuarded) return;
  if (!zone.flag) {
    zone.flag = zone.binding.scope.generateUidIdentifier(zone.binding.identifier.name);
    zone.binding.scope.getFunctionParent() ? zone.binding.scope.getFunctionParent().push({ id: types.cloneNode(zone.flag) })
      : zone.binding.scope.getProgramParent().push({ id: types.cloneNode(zone.flag) });
    zone.declaration.insertAfter(types.expressionStatement(
      types.assignmentExpression("=", types.cloneNode(zone.flag), types.numericLiteral(1))));
  }
  const { node } = path;
  node.isGuarded = true;
  path.replaceWith(types.sequenceExpression([types.logicalExpression("||", types.cloneNode(zone.flag), call()), node]));
}

function checkBinding(path, name, binding) {
  const zone = new Zone(binding);
  zone.declaration = declarationOf(binding);
  const call = () => types.callExpression(path.hub.addHelper("tdz"), [types.stringLiteral(name)]);
  for (const reference of binding.referencePaths) {
    if (!reference.isIdentifier()) continue;
    if (zone.isEarly(reference)) reference.replaceWith(call());
    else if (zone.declaration && zone.mayBeEarly(reference)) guard(reference, zone, call);
  }
  for (const violation of binding.constantViolations) {
    const assigns = violation.isAssignmentExpression();
    if (!assigns && !violation.isUpdateExpression()) continue;
    if (zone.isEarly(violation)) {
      violation.replaceWith(assigns ? types.sequenceExpression([violation.node.right, call()]) : call());
    } else if (zone.declaration && zone.mayBeEarly(violation)) {
      guard(violation, zone, call);
    }
  }
}

exports.default = () => ({
  visitor: {
    Scopable(path) {
      const { scope } = path;
      if (scope.path !== path) return;
      for (const name of Object.keys(scope.bindings)) {
        const binding = scope.bindings[name];
        if (path.isClass() && path.node.id && path.node.id.name === name) keepClassName(path, name, binding);
        else if (KINDS[binding.kind] && binding.identifier.start != null) checkBinding(path, name, binding);
      }
    },
  },
});
