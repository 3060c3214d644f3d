// {__proto__: p} sets the prototype; to Duktape it is a property like any other.
"use strict";

exports.default = ({ types }) => ({
  visitor: {
    ObjectExpression(path) {
      const at = path.node.properties.findIndex((property) => types.isObjectProperty(property) && !property.computed &&
        !property.shorthand && (property.key.name === "__proto__" || property.key.value === "__proto__"));
      if (at === -1) return;
      const [proto] = path.node.properties.splice(at, 1);
      path.replaceWith(types.callExpression(this.addHelper("withProto"), [path.node, proto.value]));
    },
  },
});
