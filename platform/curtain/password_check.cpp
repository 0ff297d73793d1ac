// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/password_check.h"

#include <security/pam_appl.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace vaktpost::curtain {
namespace {

// PAM frees the answer; its modules wipe it.
char* copy_for_pam(std::string_view answer) {
    auto* copy = static_cast<char*>(std::malloc(answer.size() + 1));
    if (copy == nullptr) return nullptr;
    std::memcpy(copy, answer.data(), answer.size());
    copy[answer.size()] = '\0';
    return copy;
}

void discard(pam_response* answers, int count) {
    for (int i = 0; i < count; ++i) {
        if (answers[i].resp == nullptr) continue;
        explicit_bzero(answers[i].resp, std::strlen(answers[i].resp));
        std::free(answers[i].resp);
    }
    std::free(answers);
}

bool answer_one(const pam_message& message, pam_response& answer, Conversation& conversation) {
    const std::string_view text = message.msg != nullptr ? message.msg : "";
    switch (message.msg_style) {
        case PAM_PROMPT_ECHO_OFF:
        case PAM_PROMPT_ECHO_ON:
            if (const auto said = conversation.ask(text)) answer.resp = copy_for_pam(*said);
            return answer.resp != nullptr;
        case PAM_TEXT_INFO:
        case PAM_ERROR_MSG:
            conversation.tell(text);
            return true;
        default:
            return false;
    }
}

// Called by C code: nothing may be thrown through it.
int converse(int count, const pam_message** messages, pam_response** answers,
             void* context) noexcept try {
    if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
    auto* given = static_cast<pam_response*>(
        std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
    if (given == nullptr) return PAM_BUF_ERR;
    for (int i = 0; i < count; ++i) {
        if (answer_one(*messages[i], given[i], *static_cast<Conversation*>(context))) continue;
        discard(given, count);
        return PAM_CONV_ERR;
    }
    *answers = given;
    return PAM_SUCCESS;
} catch (const std::bad_alloc&) {
    return PAM_BUF_ERR;
}

Verdict verdict_of(int result) {
    switch (result) {
        case PAM_SUCCESS:
        case PAM_NEW_AUTHTOK_REQD:
            return Verdict::granted;
        case PAM_AUTH_ERR:
        case PAM_USER_UNKNOWN:
        case PAM_CRED_INSUFFICIENT:
            return Verdict::wrong;
        case PAM_MAXTRIES:
        case PAM_ACCT_EXPIRED:
        case PAM_AUTHTOK_EXPIRED:
        case PAM_PERM_DENIED:
            return Verdict::refused;
        default:
            return Verdict::unavailable;
    }
}

int start(const PamService& service, const std::string& account, const pam_conv& conversation,
          pam_handle_t** handle) {
    if (service.folder.empty())
        return pam_start(service.name.c_str(), account.c_str(), &conversation, handle);
    return pam_start_confdir(service.name.c_str(), account.c_str(), &conversation,
                             service.folder.c_str(), handle);
}

// A module may put another name in the account's place; that one's password opens nothing here.
bool same_account(pam_handle_t* handle, const std::string& account) {
    const void* name = nullptr;
    return pam_get_item(handle, PAM_USER, &name) == PAM_SUCCESS && name != nullptr &&
           account == static_cast<const char*>(name);
}

}  // namespace

Verdict check_password(const PamService& service, const std::string& account,
                       const std::string& terminal, Conversation& conversation) {
    const pam_conv asked{converse, &conversation};
    pam_handle_t* handle = nullptr;
    if (start(service, account, asked, &handle) != PAM_SUCCESS) return Verdict::unavailable;
    int result = pam_set_item(handle, PAM_TTY, terminal.c_str());
    if (result == PAM_SUCCESS) result = pam_authenticate(handle, 0);
    if (result == PAM_SUCCESS) result = pam_acct_mgmt(handle, 0);
    auto verdict = verdict_of(result);
    if (verdict == Verdict::granted && !same_account(handle, account)) verdict = Verdict::wrong;
    pam_end(handle, result);
    return verdict;
}

}  // namespace vaktpost::curtain
