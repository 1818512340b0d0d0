// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include <langinfo.h>
#include <poll.h>
#include <unistd.h>
// What it defines for brevity would break other headers.
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "driver/view/terminal/terminal.hpp"

namespace diwan::view {
namespace {

using namespace std::chrono_literals;

// What a handler may touch: the person wants to go.
volatile std::sig_atomic_t left = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

extern "C" void leave(int /*signal*/) { left = 1; }

enum Pair : short { no_colour, cyan, green, yellow, red };

class NcursesTerminal : public Terminal {
 public:
  explicit NcursesTerminal(const Options& options) {
    std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): there are no other threads yet
    drawing_ = options.ascii ? Drawing::ascii : drawing_here();
    left = 0;
    // Before ncurses has its own, which end the program.
    for (std::size_t i = 0; i < signals.size(); ++i) {
      struct sigaction action {};
      action.sa_handler = leave;
      ::sigaction(signals[i], &action, &before_[i]);
    }
    screen_ = ::newterm(nullptr, stdout, stdin);
    if (screen_ == nullptr) {
      restore_signals();
      throw std::runtime_error("TERM (" + term() +
                               ") is not known on this host, or cannot be drawn on; try "
                               "TERM=xterm, or look with `diwan status`");
    }
    ::cbreak();
    ::noecho();
    ::nonl();
    ::keypad(stdscr, true);
    define_other_keys();
    ::nodelay(stdscr, true);
    ::set_escdelay(100);  // ms: the keys of a slow line come in pieces
    ::leaveok(stdscr, true);
    ::curs_set(0);
    colour_ = options.colour && ::has_colors() && ::start_color() == OK;
    if (colour_) {
      const short background = ::use_default_colors() == OK ? -1 : COLOR_BLACK;
      ::init_pair(cyan, COLOR_CYAN, background);
      ::init_pair(green, COLOR_GREEN, background);
      ::init_pair(yellow, COLOR_YELLOW, background);
      ::init_pair(red, COLOR_RED, background);
    }
  }
  NcursesTerminal(const NcursesTerminal&) = delete;
  NcursesTerminal& operator=(const NcursesTerminal&) = delete;
  ~NcursesTerminal() override {
    ::endwin();
    ::delscreen(screen_);
    restore_signals();
  }

  Size size() const override {
    return {static_cast<std::size_t>(std::max(getmaxy(stdscr), 1)),
            static_cast<std::size_t>(std::max(getmaxx(stdscr), 1))};
  }
  Drawing drawing() const override { return drawing_; }
  bool is_left() const override { return left != 0 || closed_; }

  void show(const Canvas& canvas) override {
    const Size size = canvas.size();
    for (std::size_t row = 0; row < size.rows; ++row) {
      for (std::size_t column = 0; column < size.columns; ++column) {
        const Cell& cell = canvas.at(row, column);
        if (!cell.text.empty()) {
          put(static_cast<int>(row), static_cast<int>(column), cell);
        }
      }
    }
    ::refresh();
  }

  std::optional<Key> key(std::chrono::milliseconds patience) override {
    if (const auto waiting = read_key()) {
      return waiting;
    }
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&input, 1, static_cast<int>(patience.count()));
    if (ready > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
      closed_ = true;
      return std::nullopt;
    }
    // After a signal too: that of a new size has its key.
    return read_key();
  }

 private:
  static constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

  static std::string term() {
    const char* name = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
    return name != nullptr ? name : "";
  }

  static Drawing drawing_here() {
    const bool unicode = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
    // The console's font has lines and blocks, but no dots.
    return !unicode ? Drawing::ascii : term() == "linux" ? Drawing::blocks : Drawing::braille;
  }

  void restore_signals() {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      ::sigaction(signals[i], &before_[i], nullptr);
    }
  }

  /// What terminals send for these keys whose TERM says otherwise: else the first byte would pass
  /// for Esc.
  static void define_other_keys() {
    struct Sequence {
      const char* bytes;
      int key;
    };
    constexpr std::array<Sequence, 18> others = {{{"\x1b[A", KEY_UP},
                                                  {"\x1bOA", KEY_UP},
                                                  {"\x1b[B", KEY_DOWN},
                                                  {"\x1bOB", KEY_DOWN},
                                                  {"\x1b[C", KEY_RIGHT},
                                                  {"\x1bOC", KEY_RIGHT},
                                                  {"\x1b[D", KEY_LEFT},
                                                  {"\x1bOD", KEY_LEFT},
                                                  {"\x1b[H", KEY_HOME},
                                                  {"\x1bOH", KEY_HOME},
                                                  {"\x1b[1~", KEY_HOME},
                                                  {"\x1b[7~", KEY_HOME},
                                                  {"\x1b[F", KEY_END},
                                                  {"\x1bOF", KEY_END},
                                                  {"\x1b[4~", KEY_END},
                                                  {"\x1b[8~", KEY_END},
                                                  {"\x1b[5~", KEY_PPAGE},
                                                  {"\x1b[6~", KEY_NPAGE}}};
    for (const Sequence& other : others) {
      if (::key_defined(other.bytes) == 0) {
        ::define_key(other.bytes, other.key);
      }
    }
  }

  struct Look {
    attr_t attributes = A_NORMAL;
    Pair colour = no_colour;
  };
  static Look look_of(Style style) {
    switch (style) {
      case Style::dim:
        return {A_DIM, no_colour};
      case Style::strong:
        return {A_BOLD, no_colour};
      case Style::bar:
        return {A_REVERSE | A_BOLD, no_colour};
      case Style::accent:
        return {A_NORMAL, cyan};
      case Style::good:
        return {A_BOLD, green};
      case Style::warn:
        return {A_NORMAL, yellow};
      case Style::bad:
        return {A_BOLD, red};
      case Style::selected:
        return {A_REVERSE, no_colour};
      case Style::plain:
        break;
    }
    return {A_NORMAL, no_colour};
  }

  void put(int row, int column, const Cell& cell) const {
    std::array<wchar_t, CCHARW_MAX + 1> text{};
    for (std::size_t i = 0; i < cell.text.size() && i < CCHARW_MAX; ++i) {
      text[i] = static_cast<wchar_t>(cell.text[i]);
    }
    const Look look = look_of(cell.style);
    cchar_t character{};
    const short pair = colour_ ? static_cast<short>(look.colour) : short{0};
    if (::setcchar(&character, text.data(), look.attributes, pair, nullptr) == OK) {
      ::mvadd_wch(row, column, &character);
    }
  }

  std::optional<Key> read_key() {
    using Kind = Key::Kind;
    std::wint_t code = 0;
    const int got = ::get_wch(&code);
    if (got == ERR) {
      return std::nullopt;
    }
    if (got == KEY_CODE_YES) {
      return function_key(static_cast<int>(code));
    }
    switch (code) {
      case L'\r':
      case L'\n':
        return Key{Kind::enter};
      case L'\x1b':
        return Key{Kind::escape};
      case L'\t':
        return Key{Kind::tab};
      case 0x7F:
      case L'\b':
        return Key{Kind::backspace};
      case 0x0C:  // Ctrl-L: another program has written on the screen
        ::clearok(curscr, true);
        return Key{Kind::redraw};
      default:
        return Key{Kind::character, static_cast<char32_t>(code)};
    }
  }

  static std::optional<Key> function_key(int code) {
    using Kind = Key::Kind;
    switch (code) {
      case KEY_UP:
        return Key{Kind::up};
      case KEY_DOWN:
        return Key{Kind::down};
      case KEY_LEFT:
        return Key{Kind::left};
      case KEY_RIGHT:
        return Key{Kind::right};
      case KEY_PPAGE:
        return Key{Kind::page_up};
      case KEY_NPAGE:
        return Key{Kind::page_down};
      case KEY_HOME:
        return Key{Kind::home};
      case KEY_END:
        return Key{Kind::end};
      case KEY_ENTER:
        return Key{Kind::enter};
      case KEY_BACKSPACE:
        return Key{Kind::backspace};
      default:
        return Key{Kind::redraw};
    }
  }

  SCREEN* screen_ = nullptr;
  std::array<struct sigaction, signals.size()> before_{};
  Drawing drawing_ = Drawing::ascii;
  bool colour_ = false;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<Terminal> make_terminal(const Terminal::Options& options) {
  return std::make_unique<NcursesTerminal>(options);
}

}  // namespace diwan::view
