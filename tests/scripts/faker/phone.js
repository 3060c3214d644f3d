// expect-checks: 100%
import faker from 'mockarty/faker';
export default function () {
  for (let i = 0; i < 50; i++) check(faker, {
    phoneNumber: (f) => /^\d{3}-\d{3}-\d{4}$/.test(f.phoneNumber()),
    tollFreePhoneNumber: (f) => /^\(8\d\d\) \d{3}-\d{4}$/.test(f.tollFreePhoneNumber()),
    e164PhoneNumber: (f) => /^\+[1-9]\d{6,14}$/.test(f.e164PhoneNumber()),
  });
}
