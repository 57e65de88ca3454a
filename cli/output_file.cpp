#include "cli/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file.h"

namespace waybill {
namespace {

constexpr std::size_t flush_octets = 256UL << 10U;

}  // namespace

std::expected<OutputFile, Failure> OutputFile::create(const std::filesystem::path& path)
{
    OutputFile output;
    if (path.empty())
        return output;
    output.place_ = path;
    std::error_code unknown;
    const auto status = std::filesystem::status(path, unknown);
    if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) {
        output.beside_ = path;
        output.beside_ += ".new";
    }
    const std::filesystem::path& opened = output.beside_.empty() ? path : output.beside_;
    output.file_ = FileDescriptor{::open(opened.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (!output.file_)
        return std::unexpected(
            Failure{ExitCode::cannot_create, opened.string() + ": " + std::generic_category().message(errno)});
    return output;
}

OutputFile::~OutputFile()
{
    std::error_code ignored;  // nothing is left to do
    if (file_ && !beside_.empty())
        std::filesystem::remove(beside_, ignored);
}

void OutputFile::take(std::string_view octets)
{
    held_ += octets;
    if (held_.size() >= flush_octets)
        flush();
}

void OutputFile::flush()
{
    const int descriptor = place_.empty() ? STDOUT_FILENO : file_.get();
    if (!failure_ && !has_no_reader_)
        if (const auto written = write_all(descriptor, held_); !written) {
            has_no_reader_ = place_.empty() && errno == EPIPE;
            if (!has_no_reader_)
                failure_ = written.error();
        }
    held_.clear();
}

std::expected<void, Failure> OutputFile::finish()
{
    flush();
    const std::string where = place_.empty() ? "standard output" : place_.string();
    if (failure_)
        return std::unexpected(Failure{ExitCode::input_output, where + ": " + *failure_});
    if (beside_.empty())
        return {};
    std::error_code problem;
    std::filesystem::rename(beside_, place_, problem);
    if (problem)
        return std::unexpected(Failure{ExitCode::cannot_create, where + ": " + problem.message()});
    file_ = FileDescriptor{};
    return {};
}

}  // namespace waybill
