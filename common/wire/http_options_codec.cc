#include "common/wire/http_options_codec.h"

#include <string>
#include <string_view>
#include <vector>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/plan/http_options_parser.h"

namespace mockarty {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

void Encode(const std::vector<std::string>& texts, Texts* out) {
  for (const std::string& text : texts) *out->Add() = text;
}

absl::Status TooMuch(std::string_view field) {
  return absl::InvalidArgumentError(
      Concat("plan.http.", field, ": expected at most ", kMaxHttpList, " texts of at most ", kMaxHttpText, " bytes"));
}

absl::Status Decode(std::string_view field, const Texts& texts, std::vector<std::string>& out) {
  if (static_cast<size_t>(texts.size()) > kMaxHttpList) return TooMuch(field);
  out.clear();
  for (const std::string& text : texts) {
    if (text.size() > kMaxHttpText) return TooMuch(field);
    out.push_back(text);
  }
  return absl::OkStatus();
}

absl::Status DecodeTlsAuth(const v1::HttpOptions& message, HttpOptions& http) {
  if (static_cast<size_t>(message.tls_auth_size()) > kMaxTlsIdentities) {
    return absl::InvalidArgumentError(Concat("plan.http.tls_auth: expected at most ", kMaxTlsIdentities, " entries"));
  }
  for (const v1::TlsIdentity& encoded : message.tls_auth()) {
    TlsIdentity identity;
    RETURN_IF_ERROR(Decode("tls_auth.domains", encoded.domains(), identity.domains));
    if (encoded.certificate().size() > kMaxPem || encoded.key().size() > kMaxPem ||
        encoded.password().size() > kMaxHttpText) {
      return absl::InvalidArgumentError(Concat("plan.http.tls_auth: expected at most ", kMaxPem, " bytes a text"));
    }
    identity.certificate = encoded.certificate();
    identity.key = encoded.key();
    identity.password = encoded.password();
    http.tls_auth.push_back(std::move(identity));
  }
  return absl::OkStatus();
}

}  // namespace

void EncodeHttpLists(const HttpOptions& http, v1::HttpOptions* out) {
  out->set_no_vu_connection_reuse(http.no_vu_connection_reuse);
  // What is the engine's default anyway is not written: older readers know it, too.
  const HttpOptions unset;
  if (http.batch != unset.batch) out->set_batch(http.batch);
  if (http.batch_per_host != unset.batch_per_host) out->set_batch_per_host(http.batch_per_host);
  for (const auto& [name, address] : http.hosts) {
    v1::Variable* host = out->add_hosts();
    host->set_name(name);
    host->set_value(address);
  }
  if (http.dns.ttl != unset.dns.ttl) out->set_dns_ttl_ns(http.dns.ttl);
  if (http.dns.select != unset.dns.select) out->set_dns_select(http.dns.select);
  if (http.dns.policy != unset.dns.policy) out->set_dns_policy(http.dns.policy);
  Encode(http.local_ips, out->mutable_local_ips());
  Encode(http.blacklist_ips, out->mutable_blacklist_ips());
  Encode(http.block_hostnames, out->mutable_block_hostnames());
  out->set_tls_min_version(http.tls_min_version);
  out->set_tls_max_version(http.tls_max_version);
  Encode(http.tls_cipher_suites, out->mutable_tls_cipher_suites());
  for (const TlsIdentity& identity : http.tls_auth) {
    v1::TlsIdentity* encoded = out->add_tls_auth();
    Encode(identity.domains, encoded->mutable_domains());
    encoded->set_certificate(identity.certificate);
    encoded->set_key(identity.key);
    encoded->set_password(identity.password);
  }
  out->set_debug(static_cast<uint32_t>(http.debug));
}

absl::Status DecodeHttpLists(const v1::HttpOptions& message, HttpOptions& http) {
  http.no_vu_connection_reuse = message.no_vu_connection_reuse();
  if (message.has_batch()) http.batch = message.batch();
  if (message.has_batch_per_host()) http.batch_per_host = message.batch_per_host();
  if (http.batch < 1 || http.batch > kMaxBatch || http.batch_per_host > kMaxBatch) {
    return absl::InvalidArgumentError(Concat("plan.http.batch: expected 1 to ", kMaxBatch));
  }
  if (static_cast<size_t>(message.hosts_size()) > kMaxHttpList) return TooMuch("hosts");
  for (const v1::Variable& host : message.hosts()) http.hosts.emplace_back(host.name(), host.value());
  if (message.has_dns_ttl_ns()) http.dns.ttl = message.dns_ttl_ns();
  if (http.dns.ttl < 0 || http.dns.ttl > kMaxRunDuration) {
    return absl::InvalidArgumentError("plan.http.dns_ttl_ns: expected 0 to a year");
  }
  if (!message.dns_select().empty()) http.dns.select = message.dns_select();
  if (!message.dns_policy().empty()) http.dns.policy = message.dns_policy();
  RETURN_IF_ERROR(Decode("local_ips", message.local_ips(), http.local_ips));
  RETURN_IF_ERROR(Decode("blacklist_ips", message.blacklist_ips(), http.blacklist_ips));
  RETURN_IF_ERROR(Decode("block_hostnames", message.block_hostnames(), http.block_hostnames));
  http.tls_min_version = message.tls_min_version();
  http.tls_max_version = message.tls_max_version();
  RETURN_IF_ERROR(Decode("tls_cipher_suites", message.tls_cipher_suites(), http.tls_cipher_suites));
  RETURN_IF_ERROR(DecodeTlsAuth(message, http));
  if (message.debug() > 2) return absl::InvalidArgumentError("plan.http.debug: expected 0, 1 or 2");
  http.debug = static_cast<HttpDebug>(message.debug());
  return CheckHttpOptions(http);
}

}  // namespace mockarty
