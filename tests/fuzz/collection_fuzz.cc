// Any bytes as a collection or a recording, and as an environment: no crash, plain messages, a plan that is JSON.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/script/collection.h"

namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void RequirePlain(std::string_view message) {
  Require(!message.empty() && message.size() < 2000);
  for (const char c : message) {
    Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);  // nothing that a terminal would obey
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  mockarty::LooksLikeCollection(text);
  const auto collection = mockarty::ConvertCollection("c.json", text);
  if (!collection.ok()) {
    Require(collection.status().code() == absl::StatusCode::kInvalidArgument);
    RequirePlain({collection.status().message().data(), collection.status().message().size()});
    return 0;
  }
  boost::json::error_code error;
  const boost::json::value plan = boost::json::parse(collection->plan, error);
  Require(!error && plan.is_object());
  const boost::json::object& object = plan.get_object();
  const boost::json::array& items = object.at("items").as_array();
  Require(!items.empty() && items.size() <= mockarty::Collection::kMaxItems);
  const size_t folders = object.at("folders").as_array().size();
  for (const boost::json::value& item : items) {
    for (const boost::json::value& folder : item.at("folders").as_array()) {
      Require(folder.to_number<size_t>() < folders);
    }
    for (const char* event : {"pre", "test"}) {
      for (const boost::json::value& script : item.at(event).as_array()) {
        Require(script.to_number<size_t>() < collection->scripts.size());
      }
    }
    Require(item.at("request").at("url").is_string() && item.at("request").at("method").is_string());
  }
  for (const mockarty::CollectionScript& script : collection->scripts) {
    RequirePlain(script.place);
    Require(!script.text.empty());
  }
  for (const std::string& warning : collection->warnings) {
    RequirePlain(warning);
  }
  return 0;
}
