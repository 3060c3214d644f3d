// What stands in a template is turned into a string as String() does: an object is asked for toString() first, a symbol is
// refused. ES5 has no cheap words for it; the engine's compiler has an operator (20-converter-ops.patch). What cannot be
// an object needs none.
"use strict";

const TO_STRING = "\u0001";

const PRIMITIVE = {
  StringLiteral: true, NumericLiteral: true, BooleanLiteral: true, NullLiteral: true, BigIntLiteral: true,
  TemplateLiteral: true, BinaryExpression: true, UnaryExpression: true, UpdateExpression: true,
};

function isPrimitive(node) {
  if (node.type === "ConditionalExpression") return isPrimitive(node.consequent) && isPrimitive(node.alternate);
  if (node.type === "ParenthesizedExpression") return isPrimitive(node.expression);
  return PRIMITIVE[node.type] === true;
}

exports.default = ({ types }) => ({
  visitor: {
    TemplateLiteral(path) {
      const { node, parent } = path;
      if (parent.type === "TSLiteralType" || parent.type === "TaggedTemplateExpression") return;
      const list = node.expressions;
      for (let i = 0; i < list.length; i++) {
        if (!isPrimitive(list[i])) {
          const { start, end, loc } = list[i];
          list[i] = types.unaryExpression(TO_STRING, list[i]);
          Object.assign(list[i], { start, end, loc });
        }
      }
    },
  },
});
