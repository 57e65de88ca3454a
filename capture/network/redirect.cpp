#include "capture/network/redirect.h"

#include <fmt/format.h>
#include <nftables/libnftables.h>

#include <memory>
#include <string>

#include "capture/network/interface.h"

namespace waybill::contained {
namespace {

struct FreeContext {
    void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};

// A closed flow is forgotten soon, so that many short ones never fill the table (seconds; the kernel's defaults are 30
// to 432000). A setting that cannot be written keeps its default.
void shorten_tracking()
{
    for (const char* name :
         {"netfilter/nf_conntrack_udp_timeout", "netfilter/nf_conntrack_udp_timeout_stream",
          "netfilter/nf_conntrack_tcp_timeout_time_wait", "netfilter/nf_conntrack_tcp_timeout_close_wait",
          "netfilter/nf_conntrack_tcp_timeout_fin_wait", "netfilter/nf_conntrack_tcp_timeout_last_ack"})
        set_network_setting(name, "5");
}

/// nftables tells errors as text only; its first line ends with what the kernel said.
std::error_code error_in(std::string_view text)
{
    if (text.contains("Operation not permitted"))
        return std::make_error_code(std::errc::operation_not_permitted);
    return std::make_error_code(std::errc::not_supported);
}

}  // namespace

std::expected<void, RunError> redirect_everything(const RedirectPorts& ports)
{
    const std::string rules = fmt::format(
        "table inet waybill {{\n"
        "  chain sink {{\n"
        "    type nat hook prerouting priority -100; policy accept;\n"
        "    tcp dport != 53 redirect to :{}\n"
        "    udp dport != 53 redirect to :{}\n"
        "  }}\n"
        "}}\n",
        number(ports.tcp), number(ports.udp));
    const std::unique_ptr<nft_ctx, FreeContext> context{nft_ctx_new(NFT_CTX_DEFAULT)};
    if (!context)
        return std::unexpected(RunError{RunError::Kind::internal, "nftables cannot be used: out of memory"});
    nft_ctx_buffer_output(context.get());
    nft_ctx_buffer_error(context.get());
    if (nft_run_cmd_from_buffer(context.get(), rules.c_str()) != 0) {
        const std::string said = nft_ctx_get_error_buffer(context.get());
        const std::string line = said.substr(0, said.find('\n'));
        return std::unexpected(step_failed(
            fmt::format("redirect with nftables (kernel modules nf_tables and nft_redir): {}", line), error_in(line)));
    }
    shorten_tracking();
    return {};
}

}  // namespace waybill::contained
