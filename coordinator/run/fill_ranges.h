// Ranges of sequence numbers -> their form in messages: first, last, first, last, ...
#ifndef COORDINATOR_RUN_FILL_RANGES_H_
#define COORDINATOR_RUN_FILL_RANGES_H_

namespace mockarty {

// What is stored.
template <typename Ranges, typename Message>
void FillTaken(const Ranges& ranges, Message* out) {
  for (const auto& [first, last] : ranges) {
    out->add_taken(first);
    out->add_taken(last);
  }
}

// What counts already, stored or not.
template <typename Ranges, typename Message>
void FillMerged(const Ranges& ranges, Message* out) {
  for (const auto& [first, last] : ranges) {
    out->add_merged(first);
    out->add_merged(last);
  }
}

}  // namespace mockarty

#endif  // COORDINATOR_RUN_FILL_RANGES_H_
