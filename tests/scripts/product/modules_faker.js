// note: block under "Fake data generation for realistic test payloads." of the product's document, unchanged
// around: exports.default = function () { check(0, { keys: Object.keys(user).length === 12, all: Object.keys(user).every(function (k) { return typeof user[k] === 'string' && user[k].length > 1; }) }); };
// expect-checks: 2/0

var faker = require('mockarty/faker');
var user = {
id: faker.uuid(),
firstName: faker.firstName(),
lastName: faker.lastName(),
email: faker.email(),
username: faker.username(),
password: faker.password(),
phone: faker.phoneNumber(),
ip: faker.ipv4(),
bio: faker.sentence(),
registered: faker.rfc3339(),
creditCard: faker.ccNumber(),
jwt: faker.jwt(),
};
