// expect: Rexy makes a sound: woof
// expect: REXY! true true computed
// expect: tiger TIGER function true
// expect: function
// expect: true
// expect: proto hi own
class Animal {
  constructor(name) { this.name = name; }
  speak() { return `${this.name} makes a sound`; }
  get upper() { return this.name.toUpperCase(); }
  set upper(v) { this.name = v.toLowerCase(); }
  static create(name) { return new this(name); }
  ['computed' + 1]() { return 'computed'; }
}
class Dog extends Animal {
  speak() { return super.speak() + ': woof'; }
  get upper() { return super.upper + '!'; }
  static create(name) { return super.create(name + 'y'); }
}
const d = Dog.create('Rex');
print(d.speak());
print(d.upper, d instanceof Dog, d instanceof Animal, d.computed1());
const a = new Animal('cat');
a.upper = 'TIGER';
print(a.name, a.upper, typeof Animal, d.constructor === Dog);
const Named = class Inner { who() { return typeof Inner; } };
print(new Named().who());
class Empty {}
class Derived extends Empty { constructor() { super(); this.ok = true; } }
print(new Derived().ok);
const obj = { __proto__: { hi() { return 'proto hi'; } }, hi() { return super.hi() + ' own'; } };
print(obj.hi());
