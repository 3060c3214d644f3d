// What one http.batch() gathers: the memory of each of its requests (frame_pool.h).
#ifndef ENGINE_MODULES_HTTP_BATCH_CALL_H_
#define ENGINE_MODULES_HTTP_BATCH_CALL_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/clients/http/http_batch.h"
#include "engine/clients/http/http_client.h"
#include "engine/modules/http_call.h"
#include "engine/modules/http_params.h"

namespace mockarty {

struct HttpBatchItem {
  HttpCall call;
  HttpParams params;
  HttpRequest request;
  HttpResponse response;
  std::unique_ptr<HttpExchange> exchange;
};

class HttpBatchCall {
 public:
  static constexpr size_t kMaxRequests = 10'000;

  HttpBatchItem& Add(HttpClient& client) {
    if (count_ == items_.size()) {
      items_.push_back(std::make_unique<HttpBatchItem>());
      items_.back()->exchange = client.MakeExchange();
    }
    HttpBatchItem& item = *items_[count_++];
    item.call.Clear();
    item.params = HttpParams();
    item.request = HttpRequest();
    return item;
  }
  size_t Count() const { return count_; }
  HttpBatchItem& At(size_t index) { return *items_[index]; }

  void Run(const HttpBatchLimits& limits) {
    list_.clear();
    for (size_t i = 0; i < count_; ++i) {
      list_.push_back({items_[i]->exchange.get(), &items_[i]->request, &items_[i]->response});
    }
    RunHttpBatch(list_, limits);
  }

  void Clear() { count_ = 0; }
  void Trim() {
    if (items_.size() > kKept) {
      items_.resize(kKept);
    }
    for (const auto& item : items_) {
      item->call.Trim();
    }
  }

 private:
  static constexpr size_t kKept = 20;

  std::vector<std::unique_ptr<HttpBatchItem>> items_;
  std::vector<HttpBatchRequest> list_;
  size_t count_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_BATCH_CALL_H_
