#include "engine/modules/tag_object.h"

#include <cstring>
#include <string_view>

#include "engine/collect/collector.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// Keys and values are copied here while the object is read: the script's getters may run in between.
struct TagText {
  char bytes[8 * 1024];
  size_t used = 0;
};

bool Append(TagText& text, std::string_view piece, size_t limit, std::string_view* out) {
  piece = CutUtf8(piece, limit);
  if (text.used + piece.size() > sizeof text.bytes) {
    return false;
  }
  memcpy(text.bytes + text.used, piece.data(), piece.size());
  *out = {text.bytes + text.used, piece.size()};
  text.used += piece.size();
  return true;
}

}  // namespace

TagSetId ReadTags(JsCall call, int index, TagSetId base) {
  auto& vu = call.Host<VuContext>();
  TagText text;
  TagView views[MetricRegistry::kMaxTagsInSet];
  size_t count = 0;
  for (const Tag& tag : vu.settings->registry->Tags(base)) {
    views[count++] = {tag.key, tag.value};
  }
  call.BeginProperties(index);
  const int enumerator = call.Top() - 1;
  while (count < MetricRegistry::kMaxTagsInSet && call.NextProperty(enumerator)) {
    call.CoerceToString(-1);
    TagView view;
    if (Append(text, call.String(-2), MetricRegistry::kMaxTagKeyBytes, &view.key) &&
        Append(text, call.String(-1), MetricRegistry::kMaxTagValueBytes, &view.value)) {
      views[count++] = view;
    }
    call.Pop(2);
  }
  call.SetTop(enumerator);
  return vu.collector->Tags({views, count});
}

}  // namespace mockarty
