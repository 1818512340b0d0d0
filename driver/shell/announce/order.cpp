// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/announce/order.hpp"

#include <nlohmann/json.hpp>

namespace diwan {
namespace {

using Json = nlohmann::json;

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string encode(const AnnounceOrder& order) {
  return line_of(Json{{"option", order.option},
                      {"argv", order.argv},
                      {"environment", order.environment},
                      {"log", order.log}});
}

std::string encode(const AnnounceEnd& end) {
  return line_of(Json{{"option", end.option}, {"failure", end.failure}});
}

std::optional<AnnounceOrder> decode_order(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    return AnnounceOrder{.option = json.at("option"),
                         .argv = json.at("argv").get<std::vector<std::string>>(),
                         .environment = json.at("environment").get<std::vector<std::string>>(),
                         .log = json.at("log")};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::optional<AnnounceEnd> decode_end(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    return AnnounceEnd{.option = json.at("option"), .failure = json.at("failure")};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace diwan
