#include "model/hand_over.h"

#include <doctest/doctest.h>

using namespace waybill;

namespace {

Process running(std::string executable)
{
    Process process;
    process.executable.path = std::move(executable);
    return process;
}

}  // namespace

TEST_CASE("a command that speaks with a running instance of its own program hands over, whatever it contacts itself")
{
    const std::vector<Process> processes{running("/bin/sh"), running("/usr/bin/editor")};
    const std::vector<OutsideRequest> requests{{2, "/run/user/1000/bus", 11, "/usr/bin/dbus-daemon"},
                                               {2, "/run/user/1000/editor.sock", 12, "/usr/bin/editor"}};
    for (const OwnContacts contacts : {OwnContacts::none, OwnContacts::some})
        CHECK(find_hand_over(requests, processes, contacts) == HandOver{HandOver::Kind::same_program, requests[1]});
}

TEST_CASE(
    "an instance of a program that another process of the run happens to run is no hand-over, one of who started it is")
{
    std::vector<Process> processes{running("/usr/bin/editor"), running("/usr/bin/helper"), running("/usr/bin/other")};
    for (std::uint64_t id = 1; id <= processes.size(); ++id)
        processes[id - 1].id = id;
    processes[1].parent = 1;
    const OutsideRequest by_helper{2, "/run/user/1000/editor.sock", 12, "/usr/bin/editor"};
    const OutsideRequest by_other{3, "/run/user/1000/editor.sock", 12, "/usr/bin/editor"};
    CHECK(find_hand_over({&by_helper, 1}, processes, OwnContacts::some) ==
          HandOver{HandOver::Kind::same_program, by_helper});
    CHECK_FALSE(find_hand_over({&by_other, 1}, processes, OwnContacts::some));
}

TEST_CASE("two instances of an interpreter need not be the same program, also where no script is known")
{
    const std::vector<Process> processes{running("/usr/bin/python3.11")};
    const OutsideRequest request{1, "/run/a.sock", 12, "/usr/bin/python3.11"};
    CHECK_FALSE(find_hand_over({&request, 1}, processes, OwnContacts::some));
}

TEST_CASE("two scripts of one interpreter are two programs")
{
    Process script = running("/usr/bin/python3");
    script.script = ProgramFile{"/srv/client.py", {}};
    const std::vector<Process> processes{script};
    const std::vector<OutsideRequest> requests{{1, "/run/a.sock", 12, "/usr/bin/python3"}};
    CHECK_FALSE(find_hand_over(requests, processes, OwnContacts::some));
    CHECK(find_hand_over(requests, processes, OwnContacts::none) ==
          HandOver{HandOver::Kind::nothing_else, requests.front()});
}

TEST_CASE("a command that contacts nobody and speaks with a process outside hands over, but not to what everybody asks")
{
    const std::vector<Process> processes{running("/usr/bin/tool")};
    struct Row {
        const char* place;
        bool is_told;
    };
    for (const Row& row :
         {Row{"/var/run/docker.sock", true}, Row{"@/tmp/build-daemon", true}, Row{"127.0.0.1:9000", true},
          Row{"/run/user/1000/bus", true}, Row{"/var/run/nscd/socket", false}, Row{"/dev/log", false},
          Row{"/run/user/1000/wayland-0", false}, Row{"@/tmp/.X11-unix/X0", false},
          Row{"/run/systemd/userdb/io.systemd.DynamicUser", false}}) {
        CAPTURE(row.place);
        const std::vector<OutsideRequest> requests{{1, row.place, 0, ""}};
        CHECK(find_hand_over(requests, processes, OwnContacts::none).has_value() == row.is_told);
        CHECK_FALSE(find_hand_over(requests, processes, OwnContacts::some));
    }
    CHECK_FALSE(find_hand_over({}, processes, OwnContacts::none));
}
