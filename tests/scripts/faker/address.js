// expect-checks: 100%
import faker from 'mockarty/faker';
export default function () {
  for (let i = 0; i < 50; i++) check(faker, {
    latitude: (f) => typeof f.latitude() === 'number' && Math.abs(f.latitude()) <= 90,
    longitude: (f) => typeof f.longitude() === 'number' && Math.abs(f.longitude()) <= 180,
    streetAddress: (f) => /^\d+ [A-Z][a-z]+ [A-Z][a-z]+$/.test(f.streetAddress()),
    city: (f) => f.city().length > 2, country: (f) => f.country().length > 3,
    postcode: (f) => /^[1-9]\d{4}$/.test(f.postcode()), company: (f) => / /.test(f.company()),
  });
}
