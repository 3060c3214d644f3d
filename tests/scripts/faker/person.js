// expect-checks: 100%
const faker = require('mockarty/faker');
const word = /^[A-Z][a-z]+$/;
export default function () {
  for (let i = 0; i < 50; i++) check(faker, {
    firstName: (f) => word.test(f.firstName()),
    firstNameMale: (f) => word.test(f.firstNameMale()),
    firstNameFemale: (f) => word.test(f.firstNameFemale()),
    lastName: (f) => word.test(f.lastName()),
    name: (f) => /^[A-Z][a-z]+ [A-Z][a-z]+$/.test(f.name()),
    titleMale: (f) => ['Mr.', 'Dr.', 'Prof.', 'Sir'].includes(f.titleMale()),
    titleFemale: (f) => ['Mrs.', 'Ms.', 'Miss', 'Dr.', 'Prof.'].includes(f.titleFemale()),
  });
}
