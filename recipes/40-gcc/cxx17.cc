// SPDX-License-Identifier: GPL-3.0-or-later
// A C++17 program: structured bindings, fold expressions, if constexpr, lambdas, and the library's
// optional, variant, string_view, maps, smart pointers and exceptions.
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using value = std::variant<long, std::string>;

template <typename... T> static auto sum(T... values)
{
	return (values + ... + 0);
}

static std::optional<long> number(std::string_view text)
{
	if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
		return std::nullopt;
	return std::accumulate(text.begin(), text.end(), 0L, [](long n, char c) { return n * 10 + (c - '0'); });
}

static value parse(std::string_view text)
{
	if (auto n = number(text))
		return *n;
	return std::string(text);
}

template <typename T> static void print(const T &x)
{
	if constexpr (std::is_same_v<T, std::string>)
		std::cout << '"' << x << '"';
	else
		std::cout << x;
}

int main()
{
	std::map<std::string, value> values;
	for (std::string_view text : {"42", "hurd", "007"})
		values.insert_or_assign("<" + std::string(text) + ">", parse(text));
	for (const auto &[name, v] : values) {
		std::cout << name << ' ';
		std::visit([](const auto &x) { print(x); }, v);
		std::cout << '\n';
	}
	std::cout << sum(1, 2, 3.5) << '\n';
	auto shared = std::make_shared<std::vector<int>>(5, 3);
	std::weak_ptr<std::vector<int>> weak = shared;
	std::cout << shared->size() << ' ' << weak.use_count() << '\n';
	try {
		std::get<long>(values.at("<hurd>"));
	} catch (const std::bad_variant_access &) {
		std::cout << "not a number\n";
	}
	return 0;
}
