// SPDX-License-Identifier: GPL-3.0-or-later
// A C++98 program that uses what a compiler and its library are most likely to get wrong together:
// streams, strings, containers, templates, exceptions through frames with destructors, run-time types.
#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

struct shape {
	virtual ~shape() {}
	virtual double area() const = 0;
};

struct square : shape {
	double side;
	explicit square(double s) : side(s) {}
	double area() const { return side * side; }
};

struct disc : shape {
	double radius;
	explicit disc(double r) : radius(r) {}
	double area() const { return 3.0 * radius * radius; }
};

static int alive;

struct counted {
	counted() { alive++; }
	~counted() { alive--; }
};

static void fall(int depth)
{
	counted here;
	if (depth == 0)
		throw std::out_of_range("the bottom");
	fall(depth - 1);
}

template <typename T> static std::string text(const T &value)
{
	std::ostringstream out;
	out << value;
	return out.str();
}

int main()
{
	std::map<std::string, int> count;
	std::istringstream words("one two two three three three");
	std::string word;
	while (words >> word)
		count[word]++;
	for (std::map<std::string, int>::const_iterator i = count.begin(); i != count.end(); ++i)
		std::cout << i->first << ' ' << i->second << '\n';

	try {
		fall(5);
	} catch (const std::exception &e) {
		std::cout << e.what() << ", " << alive << " left\n";
	}

	std::vector<shape *> shapes;
	shapes.push_back(new square(2));
	shapes.push_back(new disc(1));
	for (std::vector<shape *>::size_type i = 0; i < shapes.size(); i++)
		std::cout << (dynamic_cast<disc *>(shapes[i]) ? "disc " : "square ") << shapes[i]->area() << '\n';

	std::vector<long long> numbers;
	for (long long n = 1; n < 4000000000LL; n *= 1000)
		numbers.push_back(n);
	std::reverse(numbers.begin(), numbers.end());
	std::cout << text(numbers.front()) + " " + text(0.125) + " " + text(numbers.size()) << std::endl;
	return 0;
}
