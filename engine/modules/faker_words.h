// Tables that faker picks from; our own choice of common names and plain words. Constant; any thread.
#ifndef ENGINE_MODULES_FAKER_WORDS_H_
#define ENGINE_MODULES_FAKER_WORDS_H_

#include <span>
#include <string_view>

namespace mockarty::fake {

using Words = std::span<const std::string_view>;

Words MaleNames();
Words FemaleNames();
Words LastNames();
Words MaleTitles();
Words FemaleTitles();
Words PlainWords();  // lower case, English
Words Months();      // January first
Words Weekdays();    // Monday first
Words Timezones();   // names of the IANA database
Words Currencies();  // codes of ISO 4217 with two decimals
Words Cities();
Words Countries();
Words StreetKinds();
Words CompanyKinds();
Words UserAgents();
Words TopDomains();  // domains that RFC 2606 keeps free for examples

}  // namespace mockarty::fake

#endif  // ENGINE_MODULES_FAKER_WORDS_H_
