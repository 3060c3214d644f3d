// expect-checks: 100%
function good(schema, value) { pm.expect(value).to.have.jsonSchema(schema); }
function bad(schema, value) { pm.expect(value).to.not.have.jsonSchema(schema); }
pm.test('schemas', function () {
  good({ type: 'integer' }, 5); bad({ type: 'integer' }, 5.5); good({ type: ['string', 'null'] }, null); bad({ type: 'object' }, []);
  good({ minimum: 1, exclusiveMaximum: 3, multipleOf: 0.5 }, 2.5); bad({ exclusiveMaximum: 3 }, 3); bad({ minimum: 3, exclusiveMinimum: true }, 3);
  good({ minLength: 1, pattern: '^a' }, 'ab'); bad({ maxLength: 1 }, 'ab');
  good({ items: { type: 'number' }, minItems: 1, uniqueItems: true }, [1, 2]); bad({ uniqueItems: true }, [{ a: 1 }, { a: 1 }]);
  bad({ items: { type: 'number' } }, ['x']); bad({ contains: { const: 1 } }, [2]);
  good({ properties: { a: { type: 'number' } }, additionalProperties: false }, { a: 1 }); bad({ additionalProperties: false }, { a: 1 });
  good({ patternProperties: { '^x': { type: 'number' } }, additionalProperties: false }, { x1: 1 });
  good({ anyOf: [{ type: 'number' }, { type: 'string' }] }, 'x'); bad({ oneOf: [{ type: 'number' }, { minimum: 0 }] }, 1);
  good({ $ref: '#/definitions/n', definitions: { n: { type: 'number' } } }, 1); bad({ not: {} }, 1);
  good({ if: { type: 'number' }, then: { minimum: 1 }, else: { type: 'string' } }, 'x');
  pm.expect(function () { good({ $ref: '#' }, 1); }).to.throw('200 deep');
  pm.expect(function () { good({ $ref: 'http://x/' }, 1); }).to.throw('inside of the schema');
  pm.expect(tv4.validate({ a: 1 }, { required: ['b'] })).to.equal(false);
  pm.expect(tv4.error.message).to.include('has no b');
});
