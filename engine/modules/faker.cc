#include "engine/modules/faker.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>

#include "engine/modules/base64.h"
#include "engine/modules/faker_words.h"

namespace mockarty::fake {

Text& Text::Add(std::string_view piece) {
  const size_t taken = std::min(piece.size(), sizeof bytes_ - size_);
  memcpy(bytes_ + size_, piece.data(), taken);
  size_ += taken;
  return *this;
}

Text& Text::AddNumber(uint64_t number, int min_digits) {
  char digits[20];
  int count = 0;
  while (number > 0 || count < min_digits) {
    digits[sizeof digits - 1 - static_cast<size_t>(count++)] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return Add({digits + sizeof digits - count, static_cast<size_t>(count)});
}

Text& Text::AddHex(uint64_t number, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    Add("0123456789abcdef"[number >> (4 * i) & 15]);
  }
  return *this;
}

Text& Text::AddDigits(FakeRandom& random, int count, bool first_may_be_zero) {
  for (int i = 0; i < count; ++i) {
    const uint64_t least = i == 0 && !first_may_be_zero ? 1 : 0;
    Add(static_cast<char>('0' + least + random.Below(10 - least)));
  }
  return *this;
}

namespace {

constexpr int64_t kLastSecond = 2145916799;  // 2037-12-31 23:59:59

std::string_view Pick(FakeRandom& random, Words words) { return words[random.Below(words.size())]; }

template <Words (*kTable)()>
void PickFrom(FakeRandom& random, Text& text) {
  text.Add(Pick(random, kTable()));
}

// --- Persons ---
std::string_view GivenName(FakeRandom& random) {
  return random.Below(2) == 0 ? Pick(random, MaleNames()) : Pick(random, FemaleNames());
}
void FirstName(FakeRandom& random, Text& text) { text.Add(GivenName(random)); }
void Name(FakeRandom& random, Text& text) { text.Add(GivenName(random)).Add(' ').Add(Pick(random, LastNames())); }

// --- Internet ---
void AddLower(Text& text, std::string_view word) {
  for (const char c : word) {
    text.Add(static_cast<char>(tolower(static_cast<unsigned char>(c))));
  }
}
void Username(FakeRandom& random, Text& text) {
  AddLower(text, GivenName(random));
  text.Add("._"[random.Below(2)]);
  AddLower(text, Pick(random, LastNames()));
  text.AddNumber(random.Below(10000));
}
void Domain(FakeRandom& random, Text& text) {
  text.Add(Pick(random, PlainWords())).Add('-').Add(Pick(random, PlainWords()));
  text.Add('.').Add(Pick(random, TopDomains()));
}
void Email(FakeRandom& random, Text& text) {
  AddLower(text, GivenName(random));
  text.Add('.');
  AddLower(text, Pick(random, LastNames()));
  text.AddNumber(random.Below(100000)).Add('@').Add(Pick(random, TopDomains()));
}
// 16 characters with at least one of each kind.
void Password(FakeRandom& random, Text& text) {
  constexpr std::string_view kKinds[] = {"abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789",
                                         "!#$%*+-?@_"};
  char password[16];
  for (size_t i = 0; i < sizeof password; ++i) {
    const std::string_view kind = kKinds[i < std::size(kKinds) ? i : random.Below(std::size(kKinds))];
    password[i] = kind[random.Below(kind.size())];
  }
  for (size_t i = sizeof password - 1; i > 0; --i) {
    std::swap(password[i], password[random.Below(i + 1)]);
  }
  text.Add({password, sizeof password});
}
void Url(FakeRandom& random, Text& text) {
  text.Add("https://");
  Domain(random, text);
  text.Add('/').Add(Pick(random, PlainWords())).Add('/').Add(Pick(random, PlainWords()));
}
// No address that is special as a whole: 0, 10, 127, 192, 198, 203 and from 224 on are left out as first byte.
void Ipv4(FakeRandom& random, Text& text) {
  constexpr uint64_t kSpecial[] = {10, 100, 127, 169, 172, 192, 198, 203};
  uint64_t first;
  do {
    first = 1 + random.Below(223);
  } while (std::find(std::begin(kSpecial), std::end(kSpecial), first) != std::end(kSpecial));
  text.AddNumber(first);
  for (int i = 0; i < 3; ++i) {
    text.Add('.').AddNumber(i < 2 ? random.Below(256) : 1 + random.Below(254));
  }
}
void Ipv6(FakeRandom& random, Text& text) {
  text.Add("2001:db8");  // RFC 3849: for documentation
  for (int i = 0; i < 6; ++i) {
    text.Add(':').AddHex(0x1000 + random.Below(0xF000), 4);
  }
}
void MacAddress(FakeRandom& random, Text& text) {
  text.AddHex((random.Below(64) << 2) | 2, 2);  // locally administered, of one station
  for (int i = 0; i < 5; ++i) {
    text.Add(':').AddHex(random.Below(256), 2);
  }
}
void UserAgent(FakeRandom& random, Text& text) { text.Add(Pick(random, UserAgents())); }

// --- UUID ---
void AddUuid(FakeRandom& random, Text& text, std::string_view dash) {
  const uint64_t high = (random.Next() & ~uint64_t{0xF000}) | 0x4000;
  const uint64_t low = (random.Next() & ~(uint64_t{3} << 62)) | uint64_t{1} << 63;
  text.AddHex(high >> 32, 8).Add(dash).AddHex(high >> 16, 4).Add(dash).AddHex(high, 4).Add(dash);
  text.AddHex(low >> 48, 4).Add(dash).AddHex(low, 12);
}
void Uuid(FakeRandom& random, Text& text) { AddUuid(random, text, "-"); }
void UuidDigit(FakeRandom& random, Text& text) { AddUuid(random, text, ""); }

// --- Places ---
double Rounded(double value) { return std::round(value * 1e6) / 1e6; }
double Latitude(FakeRandom& random) { return Rounded(random.Unit() * 180 - 90); }
double Longitude(FakeRandom& random) { return Rounded(random.Unit() * 360 - 180); }
void StreetAddress(FakeRandom& random, Text& text) {
  text.AddNumber(1 + random.Below(250)).Add(' ').Add(Pick(random, LastNames())).Add(' ');
  text.Add(Pick(random, StreetKinds()));
}
void Postcode(FakeRandom& random, Text& text) { text.AddDigits(random, 5, false); }
void Company(FakeRandom& random, Text& text) {
  text.Add(Pick(random, LastNames())).Add(' ').Add(Pick(random, CompanyKinds()));
}

// --- Time ---
struct Civil {
  int64_t year;
  uint64_t month, day, hour, minute, second;
};
// Days to a date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
Civil CivilOf(int64_t seconds) {
  const int64_t days = seconds / 86400 + 719468;
  const int64_t era = days / 146097;
  const auto day_of_era = static_cast<uint64_t>(days - era * 146097);
  const uint64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t shifted = (5 * day_of_year + 2) / 153;
  const uint64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const auto rest = static_cast<uint64_t>(seconds % 86400);
  return {static_cast<int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0),
          month,
          day_of_year - (153 * shifted + 2) / 5 + 1,
          rest / 3600,
          rest / 60 % 60,
          rest % 60};
}
Civil SomeTime(FakeRandom& random) { return CivilOf(random.Between(0, kLastSecond)); }
void AddDate(Text& text, const Civil& time) {
  text.AddNumber(static_cast<uint64_t>(time.year), 4).Add('-').AddNumber(time.month, 2).Add('-').AddNumber(time.day, 2);
}
void AddTime(Text& text, const Civil& time) {
  text.AddNumber(time.hour, 2).Add(':').AddNumber(time.minute, 2).Add(':').AddNumber(time.second, 2);
}
void Date(FakeRandom& random, Text& text) { AddDate(text, SomeTime(random)); }
void TimeString(FakeRandom& random, Text& text) { AddTime(text, SomeTime(random)); }
void Year(FakeRandom& random, Text& text) { text.AddNumber(static_cast<uint64_t>(SomeTime(random).year)); }
void DayOfMonth(FakeRandom& random, Text& text) { text.AddNumber(SomeTime(random).day); }
void Timestamp(FakeRandom& random, Text& text) {
  const Civil time = SomeTime(random);
  AddDate(text, time);
  text.Add(' ');
  AddTime(text, time);
}
void Rfc3339(FakeRandom& random, Text& text) {
  const Civil time = SomeTime(random);
  AddDate(text, time);
  text.Add('T');
  AddTime(text, time);
  text.Add('Z');
}
double UnixTime(FakeRandom& random) { return static_cast<double>(random.Between(0, kLastSecond)); }
void Century(FakeRandom& random, Text& text) {
  constexpr std::string_view kCenturies[] = {"I",    "II",  "III",  "IV",    "V",   "VI",   "VII",
                                             "VIII", "IX",  "X",    "XI",    "XII", "XIII", "XIV",
                                             "XV",   "XVI", "XVII", "XVIII", "XIX", "XX",   "XXI"};
  text.Add(Pick(random, kCenturies));
}
void TimePeriod(FakeRandom& random, Text& text) { text.Add(random.Below(2) == 0 ? "AM" : "PM"); }

// --- Words ---
void Sentence(FakeRandom& random, Text& text) {
  const std::string_view first = Pick(random, PlainWords());
  text.Add(static_cast<char>(toupper(static_cast<unsigned char>(first[0])))).Add(first.substr(1));
  for (uint64_t left = 4 + random.Below(8); left > 0; --left) {
    text.Add(' ').Add(Pick(random, PlainWords()));
  }
  text.Add('.');
}
void Paragraph(FakeRandom& random, Text& text) {
  for (uint64_t left = 3 + random.Below(4); left > 0; --left) {
    Sentence(random, text);
    text.Add(left > 1 ? " " : "");
  }
}

// --- Payment ---
struct CardType {
  std::string_view name;
  std::string_view prefix;
  int digits;
};
constexpr CardType kCardTypes[] = {
    {"VISA", "4", 16},
    {"MasterCard", "51", 16},
    {"MasterCard", "55", 16},
    {"American Express", "34", 15},
    {"American Express", "37", 15},
    {"Discover", "6011", 16},
    {"JCB", "3530", 16},
    {"Diners Club", "36", 14},
};
void CcType(FakeRandom& random, Text& text) { text.Add(kCardTypes[random.Below(std::size(kCardTypes))].name); }
// The last digit makes the number pass the check of ISO/IEC 7812-1 (Luhn).
void CcNumber(FakeRandom& random, Text& text) {
  const CardType& type = kCardTypes[random.Below(std::size(kCardTypes))];
  text.Add(type.prefix).AddDigits(random, type.digits - 1 - static_cast<int>(type.prefix.size()));
  int sum = 0;
  bool doubled = true;
  for (size_t i = text.size(); i > 0; --i, doubled = !doubled) {
    const int digit = text.view()[i - 1] - '0';
    sum += doubled ? (digit * 2) / 10 + (digit * 2) % 10 : digit;
  }
  text.AddNumber(static_cast<uint64_t>((10 - sum % 10) % 10));
}
void AmountWithCurrency(FakeRandom& random, Text& text) {
  text.Add(Pick(random, Currencies())).Add(' ').AddNumber(1 + random.Below(9999)).Add('.');
  text.AddNumber(random.Below(100), 2);
}

// --- Phones: exchange 555, which the North American plan keeps for fiction ---
void PhoneNumber(FakeRandom& random, Text& text) {
  text.AddNumber(201 + random.Below(700)).Add("-555-01").AddDigits(random, 2);
}
void TollFree(FakeRandom& random, Text& text) {
  constexpr std::string_view kCodes[] = {"800", "833", "844", "855", "866", "877", "888"};
  text.Add('(').Add(Pick(random, kCodes)).Add(") 555-01").AddDigits(random, 2);
}
void E164(FakeRandom& random, Text& text) {
  text.Add("+1").AddNumber(201 + random.Below(700)).Add("55501").AddDigits(random, 2);
}

// --- Types ---
double Bool(FakeRandom& random) { return static_cast<double>(random.Below(2)); }
double PositiveInt(FakeRandom& random) { return static_cast<double>(random.Between(1, 2147483647)); }
double NegativeInt(FakeRandom& random) { return static_cast<double>(random.Between(-2147483648, -1)); }
void HexColor(FakeRandom& random, Text& text) { text.Add('#').AddHex(random.Below(1 << 24), 6); }

void AddBase64Url(Text& text, std::string_view bytes) {
  char encoded[512];
  constexpr Base64Variant kVariant{true, false};
  Base64Encode(bytes, kVariant, encoded);
  text.Add({encoded, Base64EncodedSize(bytes.size(), kVariant)});
}
// Header and claims are JSON that any library reads; the signature has the right length and fits no key.
void Jwt(FakeRandom& random, Text& text) {
  AddBase64Url(text, R"({"alg":"HS256","typ":"JWT"})");
  Text claims;
  claims.Add(R"({"sub":")");
  Uuid(random, claims);
  claims.Add(R"(","name":")");
  Name(random, claims);
  const auto issued = static_cast<uint64_t>(random.Between(1700000000, kLastSecond - 3600));
  claims.Add(R"(","iat":)").AddNumber(issued).Add(R"(,"exp":)").AddNumber(issued + 3600).Add('}');
  text.Add('.');
  AddBase64Url(text, claims.view());
  text.Add('.');
  char signature[32];
  for (size_t i = 0; i < sizeof signature; i += sizeof(uint64_t)) {
    const uint64_t bits = random.Next();
    memcpy(signature + i, &bits, sizeof bits);
  }
  AddBase64Url(text, {signature, sizeof signature});
}

constexpr Function kFunctions[] = {
    {"firstName", &FirstName},
    {"firstNameMale", &PickFrom<MaleNames>},
    {"firstNameFemale", &PickFrom<FemaleNames>},
    {"lastName", &PickFrom<LastNames>},
    {"name", &Name},
    {"titleMale", &PickFrom<MaleTitles>},
    {"titleFemale", &PickFrom<FemaleTitles>},
    {"email", &Email},
    {"username", &Username},
    {"password", &Password},
    {"url", &Url},
    {"domainName", &Domain},
    {"ipv4", &Ipv4},
    {"ipv6", &Ipv6},
    {"macAddress", &MacAddress},
    {"userAgent", &UserAgent},
    {"uuid", &Uuid},
    {"uuidDigit", &UuidDigit},
    {"latitude", nullptr, &Latitude},
    {"longitude", nullptr, &Longitude},
    {"streetAddress", &StreetAddress},
    {"city", &PickFrom<Cities>},
    {"postcode", &Postcode},
    {"country", &PickFrom<Countries>},
    {"company", &Company},
    {"date", &Date},
    {"timeString", &TimeString},
    {"monthName", &PickFrom<Months>},
    {"yearString", &Year},
    {"dayOfWeek", &PickFrom<Weekdays>},
    {"dayOfMonth", &DayOfMonth},
    {"timestamp", &Timestamp},
    {"unixTime", nullptr, &UnixTime},
    {"rfc3339", &Rfc3339},
    {"century", &Century},
    {"timezone", &PickFrom<Timezones>},
    {"timePeriod", &TimePeriod},
    {"word", &PickFrom<PlainWords>},
    {"sentence", &Sentence},
    {"paragraph", &Paragraph},
    {"ccType", &CcType},
    {"ccNumber", &CcNumber},
    {"currency", &PickFrom<Currencies>},
    {"amountWithCurrency", &AmountWithCurrency},
    {"phoneNumber", &PhoneNumber},
    {"tollFreePhoneNumber", &TollFree},
    {"e164PhoneNumber", &E164},
    {"bool", nullptr, &Bool, true},
    {"positiveInt", nullptr, &PositiveInt},
    {"negativeInt", nullptr, &NegativeInt},
    {"hexColor", &HexColor},
    {"jwt", &Jwt},
};

}  // namespace

const Function* Functions(size_t* count) {
  *count = std::size(kFunctions);
  return kFunctions;
}

}  // namespace mockarty::fake
