// SPDX-License-Identifier: GPL-3.0-or-later
//
// Exceptions, across a function of the C library too, threads, and what is done before and after main.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static std::string early = "before main";

static int compare(const void *a, const void *b)
{
	int x = *static_cast<const int *>(a), y = *static_cast<const int *>(b);
	if (x == 3 && y == 3)
		throw std::runtime_error("three twice");
	return x - y;
}

static std::string thrown_through_qsort()
{
	int numbers[] = { 5, 3, 4, 3, 1 };
	try {
		std::qsort(numbers, 5, sizeof numbers[0], compare);
	} catch (const std::exception &e) {
		return e.what();
	}
	return "nothing";
}

int main()
{
	std::cout << early << "\n";
	std::cout << "caught: " << thrown_through_qsort() << "\n";

	std::atomic<int> sum{ 0 };
	std::vector<std::thread> threads;
	for (int i = 1; i <= 4; i++)
		threads.emplace_back([i, &sum] {
			try {
				throw i;
			} catch (int n) {
				sum += n * n;
			}
		});
	for (std::thread &t : threads)
		t.join();
	std::cout << "squares of four threads: " << sum << "\n";

	std::map<std::string, int> lengths;
	for (std::string word : { "seed", "to", "hurd" })
		lengths[word] = static_cast<int>(word.size());
	for (const auto &[word, length] : lengths)
		std::cout << word << " " << length << "\n";
	return sum == 30 ? 0 : 1;
}
